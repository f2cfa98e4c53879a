#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/erasure_plan.h"

namespace tenure::plan {

/// Turns the names that people write in rules into tables and keys of the catalog, and collects what does not exist.
class Resolver {
 public:
  Resolver(const catalog::Catalog& catalog, const estate::Database& rules, Refusals& refusals)
      : catalog_(catalog), rules_(rules), refusals_(refusals) {}

  /// "orders" in the service's schemas, first match, or "sales.orders". Refuses unknown_table.
  const catalog::Table* table(const std::string& written) const;
  /// How people call a table: without the schema when that is the service's first.
  std::string label(const TableName& name) const;
  /// True for the tables that the service has to account for.
  bool is_accountable(const catalog::Table& table) const;

  /// Every key that leads out of `table`: its foreign keys, and the references declared for it.
  std::vector<Link> links_of(const catalog::Table& table) const;
  /// The links that `written` means: a column, "column, column", or a constraint's name. Refuses unknown_key.
  std::vector<Link> links(const catalog::Table& table, const std::string& written) const;
  /// Refuses unknown_column and returns false unless the table has the column.
  bool has_column(const catalog::Table& table, const std::string& column) const;

 private:
  void refuse(Refusal::Code code, const std::string& table, std::string message) const;

  const catalog::Catalog& catalog_;
  const estate::Database& rules_;
  Refusals& refusals_;
};

/// "tenant_id, order_id".
std::string key_text(const std::vector<std::string>& columns);

}  // namespace tenure::plan
