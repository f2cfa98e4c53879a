#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::catalog {

/// A table as the catalog spells it: no quotes, no folding.
struct TableName {
  std::string schema;
  std::string name;

  /// "schema.name", for people; never SQL.
  std::string str() const { return schema + "." + name; }
  auto operator<=>(const TableName&) const = default;
};

enum class TableKind { ordinary, partitioned, foreign };
enum class TypeClass { uuid, text, other };
enum class OnDelete { no_action, restrict, cascade, set_null, set_default };

std::string_view to_string(OnDelete action);

struct Column {
  std::string name;
  std::string type;  ///< as format_type prints it: "numeric(12,2)"
  TypeClass type_class = TypeClass::other;
  bool is_not_null = false;
  bool is_generated = false;
  bool is_identity = false;
  bool has_default = false;
  bool operator==(const Column&) const = default;
};

/// A foreign key of the table it is listed with. Keys of partitions are listed with the partitioned table.
struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  TableName parent;
  std::vector<std::string> parent_columns;
  OnDelete on_delete = OnDelete::no_action;
  bool is_deferrable = false;
  bool is_validated = true;
  bool operator==(const ForeignKey&) const = default;
};

struct Index {
  std::string name;
  std::vector<std::string> columns;  ///< leading plain columns, up to the first expression
  bool is_unique = false;
  bool is_primary = false;
  bool is_partial = false;
  bool is_valid = true;
  bool operator==(const Index&) const = default;
};

/// A trigger that a user made; the ones PostgreSQL keeps for foreign keys are not listed.
struct Trigger {
  enum class Firing { origin, always, replica, disabled };
  std::string name;
  std::string function;
  Firing firing = Firing::origin;
  bool on_insert = false;
  bool on_delete = false;
  bool on_update = false;
  bool is_row_level = false;
  bool is_before = false;
  bool operator==(const Trigger&) const = default;
};

struct Table {
  TableName name;
  TableKind kind = TableKind::ordinary;
  bool is_extension_member = false;
  bool has_row_security = false;
  bool has_delete_rule = false;     ///< a rewrite rule ON DELETE
  bool has_update_rule = false;     ///< a rewrite rule ON UPDATE
  std::vector<TableName> inherits;  ///< parents by inheritance; partitions are not listed as tables
  std::vector<Column> columns;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  std::vector<Trigger> triggers;
  double estimated_rows = 0;  ///< from the statistics; not part of the digest

  const Column* find_column(std::string_view name) const;
  /// The columns of the primary key; empty when there is none.
  std::vector<std::string> primary_key() const;
  /// True when some usable index leads with these columns, in any order.
  bool has_index_on(const std::vector<std::string>& columns) const;
  bool operator==(const Table&) const = default;
};

/// A materialised view and the tables it reads, directly or through views.
struct MaterializedView {
  TableName name;
  std::vector<TableName> reads;
  int depth = 0;  ///< how many other materialised views it reads through; those are refreshed first
  bool operator==(const MaterializedView&) const = default;
};

/// What the role and the server allow.
struct ServerFacts {
  bool may_skip_triggers = false;  ///< may SET session_replication_role
  bool counts_rows = false;        ///< track_counts is on
  bool operator==(const ServerFacts&) const = default;
};

/// What a database holds, in all its schemas but PostgreSQL's and Tenure's own. An immutable value.
struct Catalog {
  std::vector<Table> tables;  ///< sorted by name
  std::vector<MaterializedView> materialized_views;
  ServerFacts server;

  const Table* find(const TableName& name) const;
  /// Equal for catalogs that plan alike; statistics are left out.
  std::string digest() const;
};

}  // namespace tenure::catalog
