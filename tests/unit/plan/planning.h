#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/planner.h"

namespace tenure::test {

using Texts = std::vector<std::string>;

/// The plan for a catalog whose tenant column is tenant_id. @throws Error when there is none.
plan::ErasurePlan plan_of(const catalog::Catalog& catalog, const estate::Database& rules = {},
                          SubjectKind subject = SubjectKind::tenant, const Texts& last_tables = {});
inline plan::ErasurePlan user_plan_of(const catalog::Catalog& catalog, const estate::Database& rules) {
  return plan_of(catalog, rules, SubjectKind::user);
}

/// Why there is no plan, each as "code table: message"; empty when there is one.
Texts refusals_of(const catalog::Catalog& catalog, const estate::Database& rules = {},
                  SubjectKind subject = SubjectKind::tenant);
inline Texts user_refusals_of(const catalog::Catalog& catalog, const estate::Database& rules) {
  return refusals_of(catalog, rules, SubjectKind::user);
}

/// Whose the rows of a table are: "tenant_id", or "order_id > orders" for each link; "" when they do not go.
std::string owner_of(const plan::ErasurePlan& plan, std::string_view table);

/// The steps in order, as "delete a + b", "detach a.b", "set_null a.b", "pseudonym a.b" or "refresh v".
Texts steps_of(const plan::ErasurePlan& plan);

Texts notes_of(const plan::ErasurePlan& plan, plan::Note::Kind kind);

/// The guard of "child.column" or "child.column, column". @throws std::out_of_range when the plan has none.
const plan::Guard& guard_of(const plan::ErasurePlan& plan, std::string_view key);

}  // namespace tenure::test
