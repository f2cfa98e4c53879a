#include "erasure/tenant_record.h"

namespace tenure::erasure {
namespace {

struct Table {
  pg::Identifier schema;
  pg::Identifier name;
};

Table table_of(const std::string& written, const std::string& default_schema) {
  const auto dot = written.find('.');
  if (dot == std::string::npos) return {pg::Identifier(default_schema), pg::Identifier(written)};
  return {pg::Identifier(written.substr(0, dot)), pg::Identifier(written.substr(dot + 1))};
}

pg::Sql select_name(const estate::TenantRecord& record, const std::string& default_schema) {
  const Table table = table_of(record.table, default_schema);
  pg::SqlBuilder sql;
  // The parameter takes the column's type, uuid or text, so that its index is used.
  sql << "SELECT " << pg::Identifier(record.name_column) << "::text FROM " << table.schema << "." << table.name
      << " WHERE " << pg::Identifier(record.id_column) << " = $1";
  return sql.build();
}

}  // namespace

PostgresTenantRecord::PostgresTenantRecord(pg::Pool& database, const estate::TenantRecord& record,
                                           const std::string& default_schema)
    : database_(database), find_name_(select_name(record, default_schema)) {}

std::optional<std::string> ManagedTenantRecord::find_name(const TenantId& tenant, const Call& call) {
  auto found = tenants_.find(tenant, call);
  if (!found) return std::nullopt;
  return std::move(found->name);
}

void ManagedTenantRecord::begin_deletion(const TenantId& tenant, const JobId& job, const Call& call) {
  if (tenants_.find(tenant, call)) tenants_.begin_deletion(tenant, job, call);
}

void ManagedTenantRecord::undo_deletion(const TenantId& tenant, const JobId& job, const Call& call) {
  tenants_.undo_deletion(tenant, job, call);
}

std::optional<std::string> PostgresTenantRecord::find_name(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(find_name_, pg::Params(tenant));
  if (rows.empty()) return std::nullopt;
  return rows.optional_text(0, 0).value_or("");
}

}  // namespace tenure::erasure
