#include "catalog/catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/digest.h"

namespace tenure::catalog {

std::string_view to_string(OnDelete action) {
  switch (action) {
    case OnDelete::no_action:
      return "NO ACTION";
    case OnDelete::restrict:
      return "RESTRICT";
    case OnDelete::cascade:
      return "CASCADE";
    case OnDelete::set_null:
      return "SET NULL";
    case OnDelete::set_default:
      return "SET DEFAULT";
  }
  return "NO ACTION";
}

const Column* Table::find_column(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> Table::primary_key() const {
  const auto found = std::ranges::find_if(indexes, &Index::is_primary);
  return found == indexes.end() ? std::vector<std::string>() : found->columns;
}

bool Table::has_index_on(const std::vector<std::string>& key) const {
  return std::ranges::any_of(indexes, [&](const Index& index) {
    if (index.is_partial || !index.is_valid || index.columns.size() < key.size()) return false;
    const auto leading_end = index.columns.begin() + static_cast<std::ptrdiff_t>(key.size());
    return std::ranges::all_of(key, [&](const std::string& column) {
      return std::find(index.columns.begin(), leading_end, column) != leading_end;
    });
  });
}

const Table* Catalog::find(const TableName& name) const {
  const auto found = std::ranges::lower_bound(tables, name, {}, &Table::name);
  return found == tables.end() || found->name != name ? nullptr : &*found;
}

std::string Catalog::digest() const {
  Digest digest;
  for (const auto& table : tables) {
    digest.add(fmt::format("table {} {} {} {} {} {}", table.name.str(), static_cast<int>(table.kind),
                           table.is_extension_member, table.has_row_security, table.has_delete_rule,
                           table.has_update_rule));
    for (const auto& parent : table.inherits) digest.add("inherits " + parent.str());
    for (const auto& column : table.columns) {
      digest.add(fmt::format("column {} {} {} {} {}", column.name, column.type, column.is_not_null, column.is_generated,
                             column.has_default));
    }
    for (const auto& key : table.foreign_keys) {
      digest.add(fmt::format("key {} {} {} {} {} {}", key.name, fmt::join(key.columns, ","), key.parent.str(),
                             fmt::join(key.parent_columns, ","), to_string(key.on_delete), key.is_deferrable));
    }
    for (const auto& index : table.indexes) {
      digest.add(fmt::format("index {} {} {} {} {}", index.name, fmt::join(index.columns, ","), index.is_primary,
                             index.is_partial, index.is_valid));
    }
    for (const auto& trigger : table.triggers) {
      digest.add(fmt::format("trigger {} {} {} {} {} {}", trigger.name, trigger.function,
                             static_cast<int>(trigger.firing), trigger.on_insert, trigger.on_delete,
                             trigger.on_update));
    }
  }
  for (const auto& view : materialized_views) {
    digest.add(fmt::format("view {} {}", view.name.str(), view.depth));
    for (const auto& read : view.reads) digest.add("reads " + read.str());
  }
  digest.add(fmt::format("server {} {}", server.may_skip_triggers, server.counts_rows));
  return digest.hex();
}

}  // namespace tenure::catalog
