#pragma once

#include <string>
#include <variant>

#include "base/secret.h"
#include "pg/connection.h"
#include "plan/erasure_plan.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Another session's rows, or a trigger, got in the way; the transaction was rolled back. Not a failure yet: late rows
/// are gone at the next try, rows of others are reported with the rule that settles them.
struct Disturbance {
  std::string what;
};

/// Sets what every transaction of a store runs under: time limits, and an error instead of silence where row-level
/// security would hide rows.
void limit_transaction(pg::Connection& connection, const Call& call);

/// How counts call the files that a table's column names: "model_artifacts.storage_path".
std::string files_label(const plan::OwnedTable& table);

/// Tries a plan once, in one transaction. @throws Error(stale) when the catalog is no longer the plan's.
std::variant<Erasure, Disturbance> run_erasure(pg::Connection& connection, const plan::ErasurePlan& plan,
                                               const EraseRequest& request, const Secret& pseudonym_key,
                                               const Call& call, const ProgressSink& progress);

}  // namespace tenure::store
