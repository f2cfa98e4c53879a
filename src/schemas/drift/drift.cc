#include "schemas/drift/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

struct Registered {
  std::string name;
  int version = 0;
};

// Each session scans the whole catalog, which a few schemas are not worth.
constexpr std::size_t kFewestForASession = 100;
constexpr std::size_t kMostSessions = 4;

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

pg::Sql see(const std::string& snapshot) {
  pg::SqlBuilder statement;
  statement << "SET TRANSACTION SNAPSHOT ";
  statement.constant(snapshot);
  return statement.build();
}

/// The fingerprints of all `names`, a part of them in each of several sessions, which see what the transaction
/// of `connection` does.
Fingerprints fingerprints_at_once(const pg::ConnectionSettings& database, pg::Connection& connection,
                                  const std::vector<std::string>& names, const Call& call) {
  const auto sessions = std::clamp<std::size_t>(names.size() / kFewestForASession, 1, kMostSessions);
  const auto part = [&](std::size_t at) {
    const auto bound = [&](std::size_t number) {
      return names.begin() + static_cast<std::ptrdiff_t>(names.size() * number / sessions);
    };
    return std::vector<std::string>(bound(at), bound(at + 1));
  };
  std::vector<std::future<Fingerprints>> others;
  if (sessions > 1) {
    const auto snapshot = connection.exec("SELECT pg_export_snapshot()"_sql).text(0, 0);
    for (std::size_t at = 1; at < sessions; ++at) {
      others.push_back(std::async(std::launch::async, [&database, &call, snapshot, own = part(at)] {
        auto session = pg::Connection::open(database, call);
        session.bind(call);
        const pg::Transaction same(session, pg::Snapshot::fixed);
        session.exec(see(snapshot));
        return fingerprints_of(session, own);
      }));
    }
  }
  auto prints = fingerprints_of(connection, part(0));
  for (auto& other : others) prints.merge(other.get());
  return prints;
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

DriftReport find_drift(const pg::ConnectionSettings& database, const std::vector<std::string>& shared,
                       const std::string& only, const Call& call) {
  auto connection = pg::Connection::open(database, call);
  connection.bind(call);
  const pg::Transaction transaction(connection, pg::Snapshot::fixed);
  const auto reference = has_registry(connection) ? find_schema(connection, SchemaKind::reference) : std::nullopt;
  if (!reference) throw Error(ErrorCode::refused, "there is no reference to compare with; `tenure migrate` makes it");
  DriftReport report{.reference = reference->name, .version = reference->version};
  const auto registered = read_registered(connection, only, report);
  report.schemas = std::ssize(registered);
  std::vector<std::string> names{reference->name};
  for (const auto& one : registered) names.push_back(one.name);
  const auto prints = fingerprints_at_once(database, connection, names, call);
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
