#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/sql.h"

namespace tenure::schemas {

/// The structure of a schema, and the rows that its migrations put into it, as one script that makes another schema
/// alike: types, functions, sequences, tables with their constraints, views, then rows, foreign keys that had to wait,
/// indexes, triggers, policies, grants, comments. Read from the live catalog with PostgreSQL's own deparser, so it is
/// what the schema is now, whatever its history. A value.
class StructureScript {
 public:
  enum class Rows {
    none,
    copied,  ///< from the schema that was read, which must then be there still
    later,   ///< by whoever runs before_rows(), fills the tables in any order, and runs after_rows()
  };

  /// Reads in the transaction that is open, and leaves its search_path behind. @throws Error(refused) naming the
  /// objects of kinds that cannot be made again: aggregates, operators, collations, text search and extensions.
  static StructureScript read(pg::Connection& connection, const std::string& schema, Rows rows);
  /// @throws Error(refused) as read().
  static void require_makeable(pg::Connection& connection, const std::string& schema);
  /// What text() gave.
  static StructureScript parse(std::string text) { return StructureScript(std::move(text)); }

  /// Makes the schema `name`, for a transaction; afterwards search_path is that schema alone. Everything in it belongs
  /// to the role that runs it.
  pg::Sql for_schema(const std::string& name) const;
  /// Of a script for Rows::later: tables without foreign keys, indexes and triggers; then all that, and what
  /// materialised views hold. Both set search_path.
  pg::Sql before_rows(const std::string& name) const;
  pg::Sql after_rows(const std::string& name) const;
  /// The same as text, with this in place of the schema's quoted name.
  std::string before_rows_with(const std::string& placeholder) const;
  std::string after_rows_with(const std::string& placeholder) const;

  /// True when a function sets search_path to its own schema by name, which a renamed schema would leave behind.
  bool names_its_schema() const;
  const std::string& text() const { return text_; }

 private:
  explicit StructureScript(std::string text) : text_(std::move(text)) {}

  std::string text_;  ///< \x01 stands for the new schema's quoted name, \x02 for the place of rows that come later
};

}  // namespace tenure::schemas
