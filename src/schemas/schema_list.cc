#include "schemas/schema_list.h"

#include <fmt/format.h>

#include "base/error.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

constexpr int kLargestPage = 500;

ListedSchema read_schema(const pg::Result& rows, int row) {
  ListedSchema schema{.name = rows.text(row, 0), .kind = rows.text(row, 1), .state = rows.text(row, 2)};
  if (!rows.is_null(row, 3)) schema.tenant = TenantId::parse(rows.text(row, 3));
  schema.tenant_name = rows.optional_text(row, 4);
  schema.version = static_cast<int>(rows.int64(row, 5));
  if (!rows.is_null(row, 6)) {
    const std::chrono::microseconds since_1970(rows.int64(row, 6));
    schema.migrated_at = WallTime(std::chrono::duration_cast<WallTime::duration>(since_1970));
  }
  schema.is_there = rows.boolean(row, 7);
  schema.tables = rows.int64(row, 8);
  schema.bytes = rows.int64(row, 9);
  return schema;
}

}  // namespace

SchemaPage list_schemas(pg::Connection& connection, int limit, const std::optional<std::string>& after) {
  if (limit < 1 || limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  SchemaPage page;
  if (!has_registry(connection)) return page;
  const auto rows = connection.exec(sql::kListSchemas, pg::Params(after, limit + 1, std::nullopt));
  for (int row = 0; row < rows.rows() && row < limit; ++row) page.schemas.push_back(read_schema(rows, row));
  if (rows.rows() > limit) page.next = page.schemas.back().name;
  return page;
}

std::optional<ListedSchema> find_listed_schema(pg::Connection& connection, const TenantId& tenant) {
  if (!has_registry(connection)) return std::nullopt;
  const auto rows = connection.exec(sql::kListSchemas, pg::Params(std::nullopt, 1, tenant));
  return rows.empty() ? std::nullopt : std::optional(read_schema(rows, 0));
}

}  // namespace tenure::schemas
