#pragma once

#include <optional>

#include "pg/connection.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Tenure's own tables in a service's database: fences, receipts, pending files. Used inside the erasure's transaction.

/// Creates the schema `tenure` where it is missing. Not inside a transaction. @throws Error(refused) naming the
/// privilege that the role lacks.
void install_service_schema(pg::Connection& connection);

/// Locks the subject's fence and raises it to the request's epoch. @throws Error(conflict) when a higher epoch holds
/// it.
void raise_fence(pg::Connection& connection, const EraseRequest& request);

/// The answer given earlier to the same key for the same subject, if any.
std::optional<Erasure> find_receipt(pg::Connection& connection, const EraseRequest& request);

/// Where the request has no key of its own, `receipt_key` is a new one.
void insert_receipt(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                    const Erasure& erasure);

}  // namespace tenure::store
