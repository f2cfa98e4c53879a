#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace tenure::test {

using Columns = std::vector<std::string>;

/// A table for a test, in the words of the schema:
///
///     table("orders").id().tenant().key({"customer_id"}, "customers").on_delete(OnDelete::cascade)
///
/// Names without a schema are in "public".
class TableBuilder {
 public:
  explicit TableBuilder(std::string_view name);

  /// The primary key `id uuid`.
  TableBuilder& id();
  /// `tenant_id`, NOT NULL and indexed.
  TableBuilder& tenant(std::string_view type = "uuid");
  /// A nullable column.
  TableBuilder& column(std::string_view name, std::string_view type = "uuid");
  /// A NOT NULL column.
  TableBuilder& required(std::string_view name, std::string_view type = "uuid");
  TableBuilder& generated(std::string_view name, std::string_view type = "uuid");
  /// Gives the last column a default.
  TableBuilder& with_default();

  /// A foreign key with an index. Columns that the table does not have yet are made NOT NULL.
  TableBuilder& key(const Columns& columns, std::string_view parent, const Columns& parent_columns = {"id"});
  /// A foreign key with an index. Columns that the table does not have yet are made nullable.
  TableBuilder& optional_key(const Columns& columns, std::string_view parent, const Columns& parent_columns = {"id"});
  /// These are about the last key.
  TableBuilder& on_delete(catalog::OnDelete action);
  TableBuilder& deferrable();
  TableBuilder& named(std::string_view name);
  TableBuilder& unindexed();

  TableBuilder& index(const Columns& columns);
  /// A trigger ON DELETE.
  TableBuilder& trigger(std::string_view name, catalog::Trigger::Firing firing = catalog::Trigger::Firing::origin);
  /// A trigger ON INSERT.
  TableBuilder& insert_trigger(std::string_view name,
                               catalog::Trigger::Firing firing = catalog::Trigger::Firing::origin);
  /// A trigger ON UPDATE.
  TableBuilder& update_trigger(std::string_view name);
  TableBuilder& inherits(std::string_view parent);
  TableBuilder& partitioned();
  TableBuilder& foreign();
  TableBuilder& extension_member();
  TableBuilder& row_security();
  TableBuilder& delete_rule();
  TableBuilder& rows(double estimate);

  const catalog::Table& build() const { return table_; }

 private:
  TableBuilder& add_key(const Columns& columns, std::string_view parent, const Columns& parent_columns,
                        bool is_not_null);

  catalog::Table table_;
};

inline TableBuilder table(std::string_view name) { return TableBuilder(name); }

/// "orders" is public.orders.
catalog::TableName name_of(std::string_view written);

/// The catalog of these tables on a server that counts rows, as a role that may not skip triggers.
catalog::Catalog catalog_of(const std::vector<TableBuilder>& tables);

/// The same as a role that may skip triggers.
catalog::Catalog skipping(catalog::Catalog catalog);

/// Adds a materialised view that reads these tables.
catalog::Catalog with_view(catalog::Catalog catalog, std::string_view view, const std::vector<std::string>& reads);

}  // namespace tenure::test
