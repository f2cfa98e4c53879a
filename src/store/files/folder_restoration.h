#pragma once

#include "archive/archive.h"
#include "base/call.h"
#include "store/files/tenant_folder.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Brings a tenant's files back from a job's archive, and those that the job had taken away and not yet removed from
/// there. What is in the tenant's folder by now stays; a newer file of the same name is Error(conflict), and then
/// nothing comes back. Can be cut off anywhere: the next call finds what is back already. Under the fence.
Restoration restore_folder(TenantFolder& folder, const archive::Vault& vault, const archive::Label& label,
                           const archive::WrappedKey& key, const Call& call);

}  // namespace tenure::store
