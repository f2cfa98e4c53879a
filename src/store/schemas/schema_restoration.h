#pragma once

#include "archive/archive.h"
#include "pg/connection.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Makes a tenant's schema again from a job's archive, in one transaction: structure, rows, then keys, indexes and
/// triggers, sequences, record, receipt. The erasure has come to its end, or not begun.
/// @throws as TenantDataStore::restore; Error(conflict) when the tenant has a schema again.
Restoration restore_schema(pg::Connection& connection, const RestoreRequest& request, const archive::Vault& vault,
                           const archive::Label& label, const Call& call, const ProgressSink& progress);

}  // namespace tenure::store
