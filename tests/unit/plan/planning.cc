#include "tests/unit/plan/planning.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "tests/unit/plan/catalog_builder.h"

namespace tenure::test {

using plan::ErasurePlan;
using plan::Refusals;

namespace {

std::variant<ErasurePlan, Refusals> outcome(const catalog::Catalog& catalog, const estate::Database& rules,
                                            SubjectKind subject, const Texts& last_tables) {
  return plan::plan_erasure(catalog, rules, "tenant_id", last_tables, subject);
}

struct StepText {
  const ErasurePlan& plan;

  std::string operator()(const plan::DetachStep& step) const { return "detach " + plan.guards.at(step.guard).key; }
  std::string operator()(const plan::ChangeStep& step) const {
    const auto* action = step.action == estate::UserAction::set_null ? "set_null" : "pseudonym";
    return fmt::format("{} {}.{}", action, step.label, step.column);
  }
  std::string operator()(const plan::DeleteStep& step) const {
    Texts labels;
    for (const auto& table : step.tables) labels.push_back(plan.tables.at(table).label);
    return fmt::format("delete {}", fmt::join(labels, " + "));
  }
  std::string operator()(const plan::RefreshStep& step) const { return "refresh " + step.view.str(); }
};

}  // namespace

ErasurePlan plan_of(const catalog::Catalog& catalog, const estate::Database& rules, SubjectKind subject,
                    const Texts& last_tables) {
  auto planned = outcome(catalog, rules, subject, last_tables);
  if (const auto* refusals = std::get_if<Refusals>(&planned)) throw plan::refusal_error(*refusals);
  return std::get<ErasurePlan>(std::move(planned));
}

Texts refusals_of(const catalog::Catalog& catalog, const estate::Database& rules, SubjectKind subject) {
  const auto planned = outcome(catalog, rules, subject, {});
  Texts texts;
  if (const auto* refusals = std::get_if<Refusals>(&planned)) {
    for (const auto& one : *refusals) {
      texts.push_back(fmt::format("{} {}: {}", plan::to_string(one.code), one.table, one.message));
    }
  }
  return texts;
}

std::string owner_of(const ErasurePlan& plan, std::string_view table) {
  const auto found = plan.tables.find(name_of(table));
  if (found == plan.tables.end()) return "";
  Texts ways;
  if (found->second.is_direct()) ways.push_back(found->second.subject_column);
  for (const auto& link : found->second.links) ways.push_back(fmt::format("{} > {}", link.key, link.parent.name));
  return fmt::format("{}", fmt::join(ways, ", "));
}

Texts steps_of(const ErasurePlan& plan) {
  Texts texts;
  for (const auto& step : plan.steps) texts.push_back(std::visit(StepText{plan}, step));
  return texts;
}

Texts notes_of(const ErasurePlan& plan, plan::Note::Kind kind) {
  Texts texts;
  for (const auto& note : plan.notes) {
    if (note.kind == kind) texts.push_back(note.text);
  }
  return texts;
}

const plan::Guard& guard_of(const ErasurePlan& plan, std::string_view key) {
  const auto found = std::ranges::find(plan.guards, key, &plan::Guard::key);
  if (found == plan.guards.end()) throw std::out_of_range(fmt::format("no guard {}", key));
  return *found;
}

}  // namespace tenure::test
