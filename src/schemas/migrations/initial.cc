#include "schemas/migrations/initial.h"

#include <fmt/format.h>

#include <map>

#include "schemas/migrations/batch.h"
#include "schemas/migrations/outside.h"
#include "schemas/structure/fingerprint.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

constexpr std::size_t kMostNamed = 5;

/// Table → column → type and whatever else there is to it.
using Tables = std::map<std::string, std::map<std::string, std::string>>;

// A column's definition begins with its place in the table, which makes no difference here.
Tables tables_of(pg::Connection& connection, const std::string& schema) {
  Tables tables;
  for (const auto& object : objects_of(connection, schema)) {
    if (object.kind == "table") tables[object.name];
  }
  for (const auto& object : objects_of(connection, schema)) {
    if (object.kind != "column") continue;
    // A table's name may hold a dot: it is the longest that is the beginning.
    for (auto& [table, columns] : tables) {
      if (!object.name.starts_with(table + ".")) continue;
      const auto& definition = object.definition;
      columns[object.name.substr(table.size() + 1)] = definition.substr(definition.find(' ') + 1);
    }
  }
  return tables;
}

class Comparison {
 public:
  void compare(const Tables& wanted, const Tables& found) {
    for (const auto& [table, columns] : wanted) {
      const auto same = found.find(table);
      if (same == found.end()) {
        note(fmt::format("table {} is missing", table));
      } else {
        compare_columns(table, columns, same->second);
      }
    }
  }
  bool is_alike() const { return count_ == 0; }
  std::string text() const {
    return count_ > kMostNamed ? fmt::format("{}, and {} more", text_, count_ - kMostNamed) : text_;
  }

 private:
  using Columns = Tables::mapped_type;

  void compare_columns(const std::string& table, const Columns& wanted, const Columns& found) {
    for (const auto& [column, definition] : wanted) {
      const auto same = found.find(column);
      if (same == found.end()) {
        note(fmt::format("column {}.{} is missing", table, column));
      } else if (same->second != definition) {
        note(fmt::format("column {}.{} is \"{}\" and not \"{}\"", table, column, same->second, definition));
      }
    }
    for (const auto& [column, definition] : found) {
      if (!wanted.contains(column)) note(fmt::format("column {}.{} is none of its", table, column));
    }
  }

  void note(const std::string& what) {
    if (count_++ >= kMostNamed) return;
    text_ += (text_.empty() ? "" : ", ") + what;
  }

  std::string text_;
  std::size_t count_ = 0;
};

struct Made {
  Tables tables;
  std::optional<Failure> failure;
};

Made make_and_take_back(pg::Connection& connection, const LockedSchema& locked, const ApplyOrder& order,
                        const std::string& behind_it) {
  const auto scratch = fmt::format("tenure_scratch_{}", locked.id);
  Made made;
  connection.exec("SAVEPOINT initial"_sql);
  pg::SqlBuilder create;
  create << "CREATE SCHEMA " << pg::Identifier(scratch);
  connection.exec(create.build());
  std::vector<std::string> notes;
  const auto& script = order.migrations.at(1).up;
  const auto form = script.is_transactional ? script : trial_form(script, notes);
  Batch batch(search_path_of(scratch, behind_it));
  if (!form.statements.empty()) batch.add(form);
  if (!batch.empty()) made.failure = batch.run(connection);
  if (!made.failure) made.tables = tables_of(connection, scratch);
  connection.exec("ROLLBACK TO SAVEPOINT initial"_sql);
  return made;
}

Failure failure_because(const std::string& what) { return failure_of(Error(ErrorCode::refused, what)); }

}  // namespace

InitialCheck find_initial_tables(pg::Connection& connection, const LockedSchema& locked, const std::string& schema,
                                 const ApplyOrder& order) {
  const auto found = tables_of(connection, schema);
  if (found.empty()) return {};
  // The shared migrations see their own schema behind the other, for the types of extensions.
  auto made = make_and_take_back(connection, locked, order, order.behind_it.empty() ? schema : order.behind_it);
  if (made.failure) return {.failure = std::move(made.failure)};
  Tables present;
  for (const auto& [table, columns] : made.tables) {
    if (found.contains(table)) present.emplace(table, columns);
  }
  if (present.empty()) return {};
  Comparison comparison;
  comparison.compare(made.tables, found);
  if (comparison.is_alike()) return {.is_there = true};
  return {.failure = failure_because(fmt::format("{} cannot be recorded as applied to {}: {}",
                                                 order.migrations.at(1).up.file.string(), schema, comparison.text()))};
}

}  // namespace tenure::schemas
