#include "schemas/drift/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

struct Registered {
  std::string name;
  int version = 0;
};

using Key = std::pair<std::string, std::string>;

std::map<Key, std::string> by_key(const std::vector<SchemaObject>& objects) {
  std::map<Key, std::string> sorted;
  for (const auto& object : objects) sorted.emplace(Key{object.kind, object.name}, object.definition);
  return sorted;
}

/// Reads the registry: what is to be compared, and what is not there.
std::vector<Registered> read_registered(pg::Connection& connection, const std::string& only, DriftReport& report) {
  const auto rows = connection.exec(sql::kListRegistered);
  std::vector<Registered> found;
  bool is_known = only.empty();
  for (int row = 0; row < rows.rows(); ++row) {
    const auto name = rows.text(row, 0);
    if (!only.empty() && name != only) continue;
    is_known = true;
    if (rows.text(row, 3) == "dropping") {
      report.dropping.push_back(name);
    } else if (!rows.boolean(row, 4)) {
      report.removed.push_back(name);
    } else if (name != report.reference) {
      found.push_back({name, static_cast<int>(rows.int64(row, 2))});
    }
  }
  if (!is_known) {
    throw Error(ErrorCode::not_found, fmt::format("schema: the registry knows none of the name {}", only));
  }
  return found;
}

bool comes_before(const DriftGroup& left, const DriftGroup& right) {
  const auto rank = [](const DriftGroup& group) {
    return std::pair(!group.differences.empty(), -std::ssize(group.schemas));
  };
  return std::pair(rank(left), left.schemas.front()) < std::pair(rank(right), right.schemas.front());
}

}  // namespace

std::string_view to_string(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::missing:
      return "missing";
    case DifferenceKind::added:
      return "added";
    case DifferenceKind::different:
      return "different";
  }
  return "unknown";
}

bool DriftReport::has_drift() const {
  const auto differs = [](const DriftGroup& group) { return !group.is_behind && !group.differences.empty(); };
  return !removed.empty() || !created.empty() || std::any_of(groups.begin(), groups.end(), differs);
}

std::vector<Difference> compare(const std::vector<SchemaObject>& here, const std::vector<SchemaObject>& reference) {
  const auto left = by_key(here);
  const auto right = by_key(reference);
  std::map<Key, Difference> differences;
  for (const auto& [key, definition] : right) {
    const auto same = left.find(key);
    if (same == left.end()) {
      differences[key] = {DifferenceKind::missing, key.first, key.second, "", definition};
    } else if (same->second != definition) {
      differences[key] = {DifferenceKind::different, key.first, key.second, same->second, definition};
    }
  }
  for (const auto& [key, definition] : left) {
    if (!right.contains(key)) differences[key] = {DifferenceKind::added, key.first, key.second, definition, ""};
  }
  std::vector<Difference> sorted;
  for (auto& [key, difference] : differences) sorted.push_back(std::move(difference));
  return sorted;
}

DriftReport find_drift(pg::Connection& connection, const std::vector<std::string>& shared, const std::string& only) {
  const pg::Transaction transaction(connection, pg::Snapshot::fixed);
  const auto reference = has_registry(connection) ? find_schema(connection, SchemaKind::reference) : std::nullopt;
  if (!reference) throw Error(ErrorCode::refused, "there is no reference to compare with; `tenure migrate` makes it");
  DriftReport report{.reference = reference->name, .version = reference->version};
  const auto registered = read_registered(connection, only, report);
  report.schemas = std::ssize(registered);
  std::vector<std::string> names{reference->name};
  for (const auto& one : registered) names.push_back(one.name);
  const auto prints = fingerprints_of(connection, names);
  // An empty schema has none.
  const auto print_of = [&](const std::string& name) {
    const auto found = prints.find(name);
    return found == prints.end() ? std::string() : found->second;
  };
  std::map<std::pair<int, std::string>, DriftGroup> groups;
  for (const auto& one : registered) {
    auto& group = groups[{one.version, print_of(one.name)}];
    group.version = one.version;
    group.is_behind = one.version < reference->version;
    group.schemas.push_back(one.name);
  }
  const auto like = print_of(reference->name);
  std::vector<SchemaObject> objects;
  for (auto& [key, group] : groups) {
    if (key.second != like) {
      if (objects.empty()) objects = objects_of(connection, reference->name);
      group.differences = compare(objects_of(connection, group.schemas.front()), objects);
    }
    report.groups.push_back(std::move(group));
  }
  std::sort(report.groups.begin(), report.groups.end(), comes_before);
  if (only.empty()) {
    const auto rows = connection.exec(sql::kListUnregistered, pg::Params(shared));
    for (int row = 0; row < rows.rows(); ++row) report.created.push_back(rows.text(row, 0));
  }
  return report;
}

}  // namespace tenure::schemas
