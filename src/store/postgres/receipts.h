#pragma once

#include <optional>

#include "pg/connection.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Tenure's own tables in a service's database: fences and receipts. Used inside the erasure's transaction; its
/// progress, its archive's mark and its files have headers of their own.

/// Creates the schema `tenure` where it is missing. Not inside a transaction. @throws Error(refused) naming the
/// privilege that the role lacks.
void install_service_schema(pg::Connection& connection);

/// "tenant" or "user", as these tables say it.
const char* kind_text(const Subject& subject);
/// How these tables keep counts.
std::string counts_to_text(const Counts& counts);
Counts counts_from_text(const std::string& text);

/// Locks the subject's fence and raises it to the epoch. @throws Error(conflict) when a higher epoch holds it.
void raise_fence(pg::Connection& connection, const Subject& subject, const std::optional<JobId>& job,
                 std::int64_t epoch);

/// The answer given earlier to the same key for the same subject, if any.
std::optional<Erasure> find_receipt(pg::Connection& connection, const EraseRequest& request);

/// Where the request has no key of its own, `receipt_key` is a new one.
void insert_receipt(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                    const Erasure& erasure);

/// The answer given earlier to the job's restoration, if any.
std::optional<Restoration> find_restoration(pg::Connection& connection, const JobId& job, const std::string& service);

}  // namespace tenure::store
