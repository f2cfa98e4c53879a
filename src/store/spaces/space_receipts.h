#pragma once

#include <optional>

#include "archive/archive.h"
#include "pg/connection.h"
#include "store/postgres/progress.h"
#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// Begins the transaction that is open: limits and fence. What was answered to the order already, if anything.
/// @throws Error(conflict) when a higher epoch holds the fence, or the job was rolled back here.
std::optional<Erasure> begin_erasing(pg::Connection& connection, const SpaceOrder& order, const Call& call);
/// With what went in the tables of all tenants.
Counts with_shared(const SpaceOrder& order, Counts own);
/// Leaves the receipt, unless none is wanted, with which progress is over. In the transaction that is open.
Erasure finish_erasing(pg::Connection& connection, const SpaceOrder& order, const Progress& progress,
                       std::string_view what);

/// The same for a restoration: what was answered already, or nothing. @throws Error(conflict) as above; Error(refused)
/// when the job has erased without an archive.
std::optional<Restoration> begin_restoring(pg::Connection& connection, const RestoreRequest& request,
                                           const archive::Label& label, const Call& call);
void finish_restoring(pg::Connection& connection, const RestoreRequest& request, const archive::Label& label,
                      const Restoration& restoration);

}  // namespace tenure::store
