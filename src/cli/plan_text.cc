#include "cli/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/text.h"
#include "store/postgres/plan_sql.h"

namespace tenure::cli {
namespace {

using nlohmann::json;
using store::PlanSql;

// Seconds a row on one core, from `./run bench`; an order of magnitude, not a promise.
constexpr double kSecondsARowSkipping = 2.5e-6;
constexpr double kSecondsARowFiring = 5e-6;

const char* mode_text(plan::TriggerMode mode) { return mode == plan::TriggerMode::skip ? "skip" : "fire"; }

double rows_of(const plan::OwnedTable& table, const std::optional<store::Preview>& preview) {
  if (!preview) return table.estimated_rows;
  const auto found = preview->data_counts.find(table.label);
  return found == preview->data_counts.end() ? 0 : static_cast<double>(found->second);
}

double total_rows(const plan::ErasurePlan& plan, const std::optional<store::Preview>& preview) {
  double total = 0;
  for (const auto& [name, table] : plan.tables) total += rows_of(table, preview);
  return total;
}

std::string owner_text(const plan::OwnedTable& table) {
  std::vector<std::string> ways;
  if (table.is_direct()) ways.push_back("direct by " + table.subject_column);
  for (const auto& link : table.links) ways.push_back(fmt::format("through {} ({})", link.key, link.parent.name));
  return fmt::format("{}", fmt::join(ways, ", "));
}

std::vector<std::string> lock_lines(const plan::ErasurePlan& plan) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("ROW EXCLUSIVE on {} tables: other sessions read and write on", plan.tables.size()));
  for (const auto& step : plan.steps) {
    if (const auto* refresh = std::get_if<plan::RefreshStep>(&step)) {
      lines.push_back(fmt::format("ACCESS EXCLUSIVE on {} from its refresh to the commit", refresh->view.str()));
    }
  }
  return lines;
}

/// One line and one JSON object a step.
class StepDescription {
 public:
  StepDescription(const plan::ErasurePlan& plan, const std::optional<store::Preview>& preview)
      : plan_(plan), sql_(plan), preview_(preview) {}

  json operator()(const plan::DetachStep& step) const {
    const auto& guard = plan_.guards.at(step.guard);
    return {{"action", "detach"},
            {"table", guard.child_label},
            {"text", fmt::format("detach rows of others along {}", guard.key)},
            {"sql", sql_.detach(step).sql().text()}};
  }
  json operator()(const plan::ChangeStep& step) const {
    const bool is_null = step.action == estate::UserAction::set_null;
    return {
        {"action", is_null ? "set_null" : "pseudonym"},
        {"table", step.label},
        {"text", fmt::format("{} {}.{}", is_null ? "set to null" : "replace by a pseudonym", step.label, step.column)},
        {"sql", (is_null ? sql_.set_null(step) : sql_.set_pseudonym(step)).sql().text()}};
  }
  json operator()(const plan::DeleteStep& step) const {
    std::vector<std::string> tables;
    std::vector<std::string> owners;
    double rows = 0;
    for (const auto& name : step.tables) {
      const auto& table = plan_.tables.at(name);
      tables.push_back(table.label);
      owners.push_back(owner_text(table));
      rows += rows_of(table, preview_);
    }
    const auto counted = static_cast<std::int64_t>(rows);
    return {{"action", "delete"},
            {"tables", tables},
            {"owners", owners},
            {"rows", counted},
            {"rows_are_exact", preview_.has_value()},
            {"text", fmt::format("delete {:<34} {:>12} rows{}  {}", fmt::format("{}", fmt::join(tables, " + ")),
                                 grouped(counted), preview_ ? "" : " in all tenants", fmt::join(owners, "; "))},
            {"sql", sql_.delete_rows(step).sql().text()}};
  }
  json operator()(const plan::RefreshStep& step) const {
    return {{"action", "refresh"},
            {"table", step.view.str()},
            {"text", "refresh " + step.view.str()},
            {"sql", sql_.refresh(step).text()}};
  }

 private:
  const plan::ErasurePlan& plan_;
  const PlanSql sql_;
  const std::optional<store::Preview>& preview_;
};

std::string outside_lines(const plan::ErasurePlan& plan, const std::optional<store::Preview>& preview) {
  std::string text;
  for (const auto& guard : plan.guards) {
    if (!guard.can_have_outside_rows) continue;
    std::string found = preview ? "none now" : "not counted: name a tenant";
    if (preview) {
      for (const auto& rows : preview->outside_rows) {
        if (rows.key == guard.key) found = grouped(rows.rows) + " rows";
      }
    }
    const auto* rule = !guard.rule                                     ? "refused if any"
                       : guard.rule == estate::OutsideAction::set_null ? "set to null"
                                                                       : "set to default";
    text += fmt::format("    {:<40} ON DELETE {:<11} {}; {}\n", guard.key,
                        guard.is_declared ? "(no key)" : std::string(catalog::to_string(guard.on_delete)), found, rule);
  }
  return text;
}

}  // namespace

double estimated_seconds(plan::TriggerMode mode, double rows) {
  return rows * (mode == plan::TriggerMode::skip ? kSecondsARowSkipping : kSecondsARowFiring);
}

std::string plan_text(const std::string& service, const plan::ErasurePlan& plan,
                      const std::optional<store::Preview>& preview, bool with_sql) {
  auto text = fmt::format("Plan for {}  {}\n", service, plan.digest().substr(0, 16));
  text += fmt::format("  triggers  {}\n", plan.triggers == plan::TriggerMode::skip
                                              ? "skipped; each foreign key is checked once, set-based"
                                              : "fire; rows that they or cascades change are counted");
  const auto rows = total_rows(plan, preview);
  text +=
      fmt::format("  rows      {}{}\n  time      about {:.1f} s\n", grouped(static_cast<std::int64_t>(rows)),
                  preview ? "" : " at most (all tenants, from the statistics)", estimated_seconds(plan.triggers, rows));
  for (const auto& line : lock_lines(plan)) text += fmt::format("  locks     {}\n", line);
  text += "  steps\n";
  int number = 0;
  for (const auto& step : plan.steps) {
    text += fmt::format("    {:>2}. {}\n", ++number,
                        std::visit(StepDescription(plan, preview), step)["text"].get<std::string>());
  }
  if (!plan.kept.empty()) text += "  kept\n";
  for (const auto& kept : plan.kept) text += fmt::format("    {:<40} {}\n", kept.label, kept.reason);
  if (const auto outside = outside_lines(plan, preview); !outside.empty()) {
    text += "  rows of others that could hang under these\n" + outside;
  }
  if (!plan.notes.empty()) text += "  notes\n";
  for (const auto& note : plan.notes) text += fmt::format("    {}\n", note.text);
  if (!with_sql) return text;
  text += "  sql ($1 is the subject's id)\n";
  for (const auto& statement : PlanSql(plan).script()) text += statement.text() + ";\n";
  return text;
}

json plan_json(const std::string& service, const plan::ErasurePlan& plan,
               const std::optional<store::Preview>& preview) {
  json steps = json::array();
  for (const auto& step : plan.steps) {
    steps.push_back(std::visit(StepDescription(plan, preview), step));
    steps.back().erase("text");
  }
  json kept = json::object();
  for (const auto& table : plan.kept) kept[table.label] = table.reason;
  json notes = json::array();
  for (const auto& note : plan.notes) notes.push_back(note.text);
  json keys = json::array();
  for (const auto& guard : plan.guards) {
    keys.push_back({{"key", guard.key},
                    {"parent", guard.parent.str()},
                    {"declared", guard.is_declared},
                    {"on_delete", catalog::to_string(guard.on_delete)},
                    {"has_index", guard.has_index},
                    {"can_have_outside_rows", guard.can_have_outside_rows}});
  }
  json outside = json::array();
  if (preview) {
    for (const auto& rows : preview->outside_rows) {
      outside.push_back(
          {{"key", rows.key}, {"rows", rows.rows}, {"rule", rows.rule.empty() ? json() : json(rows.rule)}});
    }
  }
  const auto rows = total_rows(plan, preview);
  return {{"service", service},
          {"digest", plan.digest()},
          {"triggers", mode_text(plan.triggers)},
          {"rows", static_cast<std::int64_t>(rows)},
          {"estimated_seconds", estimated_seconds(plan.triggers, rows)},
          {"locks", lock_lines(plan)},
          {"steps", steps},
          {"kept", kept},
          {"keys", keys},
          {"outside_rows", outside},
          {"notes", notes}};
}

}  // namespace tenure::cli
