#include "store/postgres/outside_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pg/transaction.h"
#include "store/postgres/plan_sql.h"
#include "store/postgres/transaction_settings.h"

namespace tenure::store {
namespace {

std::string rule_text(const plan::Guard& guard) {
  if (!guard.rule) return "";
  return guard.rule == estate::OutsideAction::set_null ? "set_null" : "set_default";
}

Error outside_rows_error(const std::vector<OutsideRows>& rows) {
  std::vector<std::string> problems;
  for (const auto& row : rows) {
    if (!row.rule.empty()) continue;
    problems.push_back(fmt::format(
        "{}: {} rows that are not this subject's hang under its rows of {}; settle it with `outside_rows: [{{key: {}, "
        "action: set_null}}]`, or move them first",
        row.key, row.rows, row.parent, row.key));
  }
  auto message = problems.size() == 1
                     ? problems.front()
                     : fmt::format("rows of others hang under this subject's along {} keys", problems.size());
  return Error(ErrorCode::refused, std::move(message)).with_problems(std::move(problems));
}

}  // namespace

std::vector<OutsideRows> find_outside_rows(pg::Connection& connection, const plan::ErasurePlan& plan,
                                           const Subject& subject) {
  const PlanSql sql(plan);
  std::vector<OutsideRows> found;
  for (const auto& guard : plan.guards) {
    if (!guard.can_have_outside_rows) continue;
    const auto rows = connection.exec(sql.count_outside_rows(guard).sql(), pg::Params(id_of(subject))).int64(0, 0);
    if (rows == 0) continue;
    const auto parent = plan.tables.at(guard.parent).label;
    found.push_back({guard.child_label, guard.key, parent, rows, rule_text(guard)});
  }
  return found;
}

void refuse_outside_rows(pg::Connection& connection, const plan::ErasurePlan& plan, const Subject& subject,
                         const Call& call) {
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  limit_transaction(connection, call, Workers::one);
  const auto rows = find_outside_rows(connection, plan, subject);
  const auto is_unsettled = [](const OutsideRows& row) { return row.rule.empty(); };
  if (std::ranges::any_of(rows, is_unsettled)) throw outside_rows_error(rows);
}

}  // namespace tenure::store
