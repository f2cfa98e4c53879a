#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "plan/erasure_plan.h"
#include "store/tenant_data_store.h"

namespace tenure::cli {

/// What `tenure plan` shows (spec F4): the steps in order, the rows of each, locks, time, notes, what is kept, and rows
/// of others. With a preview the rows are exact; without one they are those of all tenants, from the statistics.
std::string plan_text(const std::string& service, const plan::ErasurePlan& plan,
                      const std::optional<store::Preview>& preview, bool with_sql);
nlohmann::json plan_json(const std::string& service, const plan::ErasurePlan& plan,
                         const std::optional<store::Preview>& preview);

/// Rough seconds for this many deleted rows: a cost a row measured on 250,000 rows (docs/benchmarks.md).
double estimated_seconds(plan::TriggerMode mode, double rows);

}  // namespace tenure::cli
