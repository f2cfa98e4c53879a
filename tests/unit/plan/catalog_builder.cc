#include "tests/unit/plan/catalog_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tenure::test {

using catalog::Catalog;
using catalog::TableName;
using catalog::TypeClass;

namespace {

TypeClass class_of(std::string_view type) {
  if (type == "uuid") return TypeClass::uuid;
  return type == "text" || type.starts_with("character varying") ? TypeClass::text : TypeClass::other;
}

}  // namespace

TableName name_of(std::string_view written) {
  const auto dot = written.find('.');
  if (dot == std::string_view::npos) return {"public", std::string(written)};
  return {std::string(written.substr(0, dot)), std::string(written.substr(dot + 1))};
}

TableBuilder::TableBuilder(std::string_view name) { table_.name = name_of(name); }

TableBuilder& TableBuilder::id() {
  required("id");
  table_.indexes.push_back(
      {.name = table_.name.name + "_pkey", .columns = {"id"}, .is_unique = true, .is_primary = true});
  return *this;
}

TableBuilder& TableBuilder::tenant(std::string_view type) { return required("tenant_id", type).index({"tenant_id"}); }

TableBuilder& TableBuilder::column(std::string_view name, std::string_view type) {
  table_.columns.push_back({.name = std::string(name), .type = std::string(type), .type_class = class_of(type)});
  return *this;
}

TableBuilder& TableBuilder::required(std::string_view name, std::string_view type) {
  column(name, type);
  table_.columns.back().is_not_null = true;
  return *this;
}

TableBuilder& TableBuilder::generated(std::string_view name, std::string_view type) {
  column(name, type);
  table_.columns.back().is_generated = true;
  return *this;
}

TableBuilder& TableBuilder::with_default() {
  table_.columns.back().has_default = true;
  return *this;
}

TableBuilder& TableBuilder::key(const Columns& columns, std::string_view parent, const Columns& parent_columns) {
  return add_key(columns, parent, parent_columns, true);
}

TableBuilder& TableBuilder::optional_key(const Columns& columns, std::string_view parent,
                                         const Columns& parent_columns) {
  return add_key(columns, parent, parent_columns, false);
}

TableBuilder& TableBuilder::add_key(const Columns& columns, std::string_view parent, const Columns& parent_columns,
                                    bool is_not_null) {
  for (const auto& name : columns) {
    if (table_.find_column(name) == nullptr) is_not_null ? required(name) : column(name);
  }
  table_.foreign_keys.push_back({.name = fmt::format("{}_{}_fkey", table_.name.name, fmt::join(columns, "_")),
                                 .columns = columns,
                                 .parent = name_of(parent),
                                 .parent_columns = parent_columns});
  return index(columns);
}

TableBuilder& TableBuilder::on_delete(catalog::OnDelete action) {
  table_.foreign_keys.back().on_delete = action;
  return *this;
}

TableBuilder& TableBuilder::deferrable() {
  table_.foreign_keys.back().is_deferrable = true;
  return *this;
}

TableBuilder& TableBuilder::named(std::string_view name) {
  table_.foreign_keys.back().name = name;
  return *this;
}

TableBuilder& TableBuilder::unindexed() {
  std::erase_if(table_.indexes,
                [&](const catalog::Index& index) { return index.columns == table_.foreign_keys.back().columns; });
  return *this;
}

TableBuilder& TableBuilder::index(const Columns& columns) {
  table_.indexes.push_back(
      {.name = fmt::format("{}_{}_idx", table_.name.name, fmt::join(columns, "_")), .columns = columns});
  return *this;
}

TableBuilder& TableBuilder::trigger(std::string_view name, catalog::Trigger::Firing firing) {
  table_.triggers.push_back(
      {.name = std::string(name), .function = "on_change", .firing = firing, .on_delete = true, .is_row_level = true});
  return *this;
}

TableBuilder& TableBuilder::insert_trigger(std::string_view name, catalog::Trigger::Firing firing) {
  table_.triggers.push_back(
      {.name = std::string(name), .function = "on_change", .firing = firing, .on_insert = true, .is_row_level = true});
  return *this;
}

TableBuilder& TableBuilder::update_trigger(std::string_view name) {
  table_.triggers.push_back(
      {.name = std::string(name), .function = "on_change", .on_update = true, .is_row_level = true});
  return *this;
}

TableBuilder& TableBuilder::inherits(std::string_view parent) {
  table_.inherits.push_back(name_of(parent));
  return *this;
}

TableBuilder& TableBuilder::partitioned() {
  table_.kind = catalog::TableKind::partitioned;
  return *this;
}

TableBuilder& TableBuilder::foreign() {
  table_.kind = catalog::TableKind::foreign;
  return *this;
}

TableBuilder& TableBuilder::extension_member() {
  table_.is_extension_member = true;
  return *this;
}

TableBuilder& TableBuilder::row_security() {
  table_.has_row_security = true;
  return *this;
}

TableBuilder& TableBuilder::delete_rule() {
  table_.has_delete_rule = true;
  return *this;
}

TableBuilder& TableBuilder::rows(double estimate) {
  table_.estimated_rows = estimate;
  return *this;
}

Catalog catalog_of(const std::vector<TableBuilder>& tables) {
  Catalog catalog;
  for (const auto& builder : tables) catalog.tables.push_back(builder.build());
  std::ranges::sort(catalog.tables, {}, &catalog::Table::name);
  catalog.server.counts_rows = true;
  return catalog;
}

Catalog skipping(Catalog catalog) {
  catalog.server.may_skip_triggers = true;
  return catalog;
}

Catalog with_view(Catalog catalog, std::string_view view, const std::vector<std::string>& reads) {
  catalog.materialized_views.push_back({.name = name_of(view)});
  for (const auto& read : reads) catalog.materialized_views.back().reads.push_back(name_of(read));
  return catalog;
}

}  // namespace tenure::test
