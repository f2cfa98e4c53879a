#include "catalog/reader.h"

#include <algorithm>
#include <unordered_map>

#include "catalog/sql.h"

namespace tenure::catalog {
namespace {

// GRANT SET ON PARAMETER came with PostgreSQL 15.
constexpr int kParameterPrivileges = 150000;

using Oid = std::string;  // as text: only compared and used as a key

TableKind kind_from(const std::string& relkind) {
  if (relkind == "p") return TableKind::partitioned;
  return relkind == "f" ? TableKind::foreign : TableKind::ordinary;
}

TypeClass type_class_from(const std::string& code) {
  if (code == "u") return TypeClass::uuid;
  return code == "t" ? TypeClass::text : TypeClass::other;
}

OnDelete on_delete_from(const std::string& confdeltype) {
  switch (confdeltype.empty() ? 'a' : confdeltype.front()) {
    case 'r':
      return OnDelete::restrict;
    case 'c':
      return OnDelete::cascade;
    case 'n':
      return OnDelete::set_null;
    case 'd':
      return OnDelete::set_default;
    default:
      return OnDelete::no_action;
  }
}

Trigger::Firing firing_from(const std::string& tgenabled) {
  switch (tgenabled.empty() ? 'O' : tgenabled.front()) {
    case 'A':
      return Trigger::Firing::always;
    case 'R':
      return Trigger::Firing::replica;
    case 'D':
      return Trigger::Firing::disabled;
    default:
      return Trigger::Firing::origin;
  }
}

/// Puts one Catalog together; the parts arrive by object id.
class CatalogReader {
 public:
  CatalogReader(pg::Connection& connection, const Schemas& only) : connection_(connection), only_(only) {}

  Catalog read() {
    read_tables();
    read_columns();
    read_foreign_keys();
    read_indexes();
    read_triggers();
    read_materialized_views();
    catalog_.server = read_server_facts(connection_);
    return std::move(catalog_);
  }

 private:
  Table* find(const Oid& oid) {
    const auto found = position_.find(oid);
    return found == position_.end() ? nullptr : &catalog_.tables[found->second];
  }

  void read_tables() {
    const auto rows = connection_.exec(sql::kListTables, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      position_[rows.text(row, 0)] = catalog_.tables.size();
      catalog_.tables.push_back({.name = {rows.text(row, 1), rows.text(row, 2)},
                                 .kind = kind_from(rows.text(row, 3)),
                                 .is_extension_member = rows.boolean(row, 4),
                                 .has_row_security = rows.boolean(row, 5),
                                 .has_delete_rule = rows.boolean(row, 6),
                                 .has_update_rule = rows.boolean(row, 9),
                                 .estimated_rows = static_cast<double>(rows.int64(row, 7))});
    }
    for (int row = 0; row < rows.rows(); ++row) {
      for (const auto& parent : rows.text_array(row, 8)) {
        if (const Table* found = find(parent)) {
          catalog_.tables[static_cast<std::size_t>(row)].inherits.push_back(found->name);
        }
      }
    }
  }

  void read_columns() {
    const auto rows = connection_.exec(sql::kListColumns, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      Table* table = find(rows.text(row, 0));
      if (table == nullptr) continue;
      table->columns.push_back({.name = rows.text(row, 1),
                                .type = rows.text(row, 2),
                                .type_class = type_class_from(rows.text(row, 3)),
                                .is_not_null = rows.boolean(row, 4),
                                .is_generated = rows.boolean(row, 5),
                                .is_identity = rows.boolean(row, 6),
                                .has_default = rows.boolean(row, 7)});
    }
  }

  void read_foreign_keys() {
    const auto rows = connection_.exec(sql::kListForeignKeys, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      Table* child = find(rows.text(row, 0));
      const Table* parent = find(rows.text(row, 3));
      if (child == nullptr || parent == nullptr) continue;
      child->foreign_keys.push_back({.name = rows.text(row, 1),
                                     .columns = rows.text_array(row, 2),
                                     .parent = parent->name,
                                     .parent_columns = rows.text_array(row, 4),
                                     .on_delete = on_delete_from(rows.text(row, 5)),
                                     .is_deferrable = rows.boolean(row, 6),
                                     .is_validated = rows.boolean(row, 7)});
    }
  }

  void read_indexes() {
    const auto rows = connection_.exec(sql::kListIndexes, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      Table* table = find(rows.text(row, 0));
      if (table == nullptr) continue;
      table->indexes.push_back({.name = rows.text(row, 1),
                                .columns = rows.text_array(row, 2),
                                .is_unique = rows.boolean(row, 3),
                                .is_primary = rows.boolean(row, 4),
                                .is_partial = rows.boolean(row, 5),
                                .is_valid = rows.boolean(row, 6)});
    }
  }

  void read_triggers() {
    const auto rows = connection_.exec(sql::kListTriggers, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      Table* table = find(rows.text(row, 0));
      if (table == nullptr) continue;
      table->triggers.push_back({.name = rows.text(row, 1),
                                 .function = rows.text(row, 2),
                                 .firing = firing_from(rows.text(row, 3)),
                                 .on_insert = rows.boolean(row, 4),
                                 .on_delete = rows.boolean(row, 5),
                                 .on_update = rows.boolean(row, 6),
                                 .is_row_level = rows.boolean(row, 7),
                                 .is_before = rows.boolean(row, 8)});
    }
  }

  void read_materialized_views() {
    const auto rows = connection_.exec(sql::kListMaterializedViews, only_);
    for (int row = 0; row < rows.rows(); ++row) {
      const Table* table = find(rows.text(row, 2));
      if (table == nullptr) continue;
      const TableName view{rows.text(row, 0), rows.text(row, 1)};
      if (catalog_.materialized_views.empty() || catalog_.materialized_views.back().name != view) {
        catalog_.materialized_views.push_back({.name = view});
      }
      auto& known = catalog_.materialized_views.back();
      known.reads.push_back(table->name);
      known.depth = std::max(known.depth, static_cast<int>(rows.int64(row, 3)));
    }
  }

  pg::Connection& connection_;
  const pg::Params only_;
  Catalog catalog_;
  std::unordered_map<Oid, std::size_t> position_;
};

}  // namespace

Catalog read_catalog(pg::Connection& connection, const Schemas& only) { return CatalogReader(connection, only).read(); }

ServerFacts read_server_facts(pg::Connection& connection) {
  const auto facts = connection.exec(
      connection.server_version() >= kParameterPrivileges ? sql::kReadServerFacts : sql::kReadServerFactsBefore15);
  return {.may_skip_triggers = facts.boolean(0, 0), .counts_rows = facts.boolean(0, 1)};
}

}  // namespace tenure::catalog
