#include "store/schemas/move_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace tenure::store {
namespace {

using catalog::TableName;
using plan::DeleteStep;
using plan::OwnedTable;
using schemas::SchemaTable;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

class Planning {
 public:
  Planning(const std::vector<SchemaTable>& own, Direction direction, std::string_view staying)
      : direction_(direction), staying_(staying) {
    for (const auto& table : own) own_.emplace(table.name, table);
  }

  MovePlan run(plan::ErasurePlan erasure) && {
    move_.plan = std::move(erasure);
    std::vector<plan::Step> steps;
    for (auto& step : move_.plan.steps) {
      if (const auto* rows = std::get_if<DeleteStep>(&step); rows != nullptr && take(*rows)) steps.push_back(step);
      if (std::holds_alternative<plan::RefreshStep>(step)) steps.push_back(step);
    }
    move_.plan.steps = std::move(steps);
    std::erase_if(move_.plan.guards, [&](const auto& guard) { return !moved_.contains(guard.parent); });
    for (const auto& [name, table] : own_) {
      const auto is_it = [&](const TableName& moved) { return moved.name == name; };
      if (std::ranges::none_of(moved_, is_it)) move_.others.push_back(table);
    }
    if (moved_.empty()) {
      problems_.emplace_back("no table of the tenants' schemas is called like one that holds rows of tenants");
    }
    if (problems_.empty()) return std::move(move_);
    throw Error(ErrorCode::refused, "the tenant cannot be moved").with_problems(std::move(problems_));
  }

 private:
  bool take(const DeleteStep& step) {
    std::vector<MovedTable> group;
    for (const auto& name : step.tables) {
      if (name.schema == staying_) continue;
      if (const auto own = own_.find(name.name); own != own_.end()) {
        group.push_back(matched(move_.plan.tables.at(name), own->second));
      }
    }
    if (group.empty()) return false;
    if (group.size() < step.tables.size()) {
      problems_.push_back(fmt::format("{} and other tables point at each other, and not all of them are in the schema",
                                      step.tables.front().str()));
    }
    for (const auto& table : group) note(*table.shared);
    move_.groups.push_back(std::move(group));
    return true;
  }

  void note(const OwnedTable& table) {
    const auto is_namesake = [&](const TableName& other) { return other.name == table.name.name; };
    if (std::ranges::any_of(moved_, is_namesake)) {
      problems_.push_back(fmt::format("{}: another shared table has the same name", table.name.str()));
    }
    if (table.files) {
      problems_.push_back(fmt::format("{}: names files, which would not go with the schema", table.name.str()));
    }
    moved_.insert(table.name);
  }

  MovedTable matched(const OwnedTable& shared, const SchemaTable& own) {
    MovedTable table{.shared = &shared, .own = own};
    for (const auto& column : shared.columns) {
      if (contains(own.columns, column.name)) {
        table.columns.push_back(column.name);
      } else if (column.name == shared.subject_column) {
        table.names_tenant = true;
      } else if (direction_ == Direction::into_schema) {
        problems_.push_back(fmt::format("{}: the schema's table has no column {}", shared.name.str(), column.name));
      }
    }
    if (direction_ == Direction::into_schema) return table;
    for (const auto& column : own.columns) {
      if (contains(table.columns, column)) continue;
      problems_.push_back(fmt::format("{}: has no column {}, which the schema's table has", shared.name.str(), column));
    }
    return table;
  }

  const Direction direction_;
  const std::string_view staying_;
  std::map<std::string, SchemaTable> own_;
  std::set<TableName> moved_;
  std::vector<std::string> problems_;
  MovePlan move_;
};

}  // namespace

MovePlan plan_move(plan::ErasurePlan erasure, const std::vector<SchemaTable>& own, Direction direction,
                   std::string_view staying) {
  return Planning(own, direction, staying).run(std::move(erasure));
}

}  // namespace tenure::store
