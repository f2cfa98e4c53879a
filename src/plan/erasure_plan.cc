#include "plan/erasure_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/digest.h"

namespace tenure::plan {
namespace {

std::string text_of(const estate::Condition& condition) {
  std::string text;
  for (const auto& [column, value] : condition)
    text += column + (value ? fmt::format("={}:{};", value->size(), *value) : ";");
  return text;
}

std::string text_of(const std::vector<TableName>& tables) {
  std::string text;
  for (const auto& table : tables) text += table.str() + ";";
  return text;
}

struct StepText {
  std::string operator()(const DetachStep& step) const { return fmt::format("detach {}", step.guard); }
  std::string operator()(const ChangeStep& step) const {
    return fmt::format("change {} {} {} {}", step.table.str(), step.column, static_cast<int>(step.action),
                       step.tenant_column);
  }
  std::string operator()(const DeleteStep& step) const { return "delete " + text_of(step.tables); }
  std::string operator()(const RefreshStep& step) const { return "refresh " + step.view.str(); }
};

}  // namespace

std::string ErasurePlan::digest() const {
  Digest digest;
  digest.add(catalog_digest);
  digest.add(fmt::format("{} {}", static_cast<int>(subject), static_cast<int>(triggers)));
  for (const auto& [name, table] : tables) {
    digest.add(fmt::format("table {} {} {}", name.str(), table.subject_column, text_of(table.kept_rows)));
    if (table.files) digest.add(fmt::format("files {} {}", table.files->column, table.files->root.string()));
    for (const auto& link : table.links) {
      digest.add(fmt::format("link {} {} {} {}", link.key, link.parent.str(), fmt::join(link.parent_columns, ","),
                             text_of(link.when)));
    }
  }
  for (const auto& guard : guards) {
    digest.add(fmt::format("guard {} {} {} {}", guard.key, guard.parent.str(), fmt::join(guard.parent_columns, ","),
                           guard.rule ? static_cast<int>(*guard.rule) : -1));
  }
  for (const auto& step : steps) digest.add(std::visit(StepText{}, step));
  digest.add("side effects " + text_of(side_effects));
  return digest.hex();
}

std::string_view to_string(Refusal::Code code) {
  switch (code) {
    case Refusal::Code::unknown_table:
      return "unknown_table";
    case Refusal::Code::unknown_column:
      return "unknown_column";
    case Refusal::Code::unknown_key:
      return "unknown_key";
    case Refusal::Code::unaccounted_table:
      return "unaccounted_table";
    case Refusal::Code::ambiguous_owner:
      return "ambiguous_owner";
    case Refusal::Code::ownership_cycle:
      return "ownership_cycle";
    case Refusal::Code::unowned_parent:
      return "unowned_parent";
    case Refusal::Code::subject_column_type:
      return "subject_column_type";
    case Refusal::Code::foreign_table:
      return "foreign_table";
    case Refusal::Code::rewrite_rule:
      return "rewrite_rule";
    case Refusal::Code::outside_rule:
      return "outside_rule";
    case Refusal::Code::trigger:
      return "trigger";
    case Refusal::Code::uncounted_rows:
      return "uncounted_rows";
    case Refusal::Code::no_primary_key:
      return "no_primary_key";
  }
  return "unknown";
}

}  // namespace tenure::plan
