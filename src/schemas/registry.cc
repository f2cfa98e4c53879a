#include "schemas/registry.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

constexpr std::array<std::pair<SchemaKind, std::string_view>, 5> kKinds{{
    {SchemaKind::shared, "shared"},
    {SchemaKind::reference, "reference"},
    {SchemaKind::super_tenant, "super"},
    {SchemaKind::tenant, "tenant"},
    {SchemaKind::ready, "ready"},
}};

// In the order in which they are migrated: the reference is the one that nothing is lost with.
constexpr std::string_view kSharedKinds = "{shared}";
constexpr std::string_view kTenantKinds = "{reference,super,tenant,ready}";

std::optional<TenantId> tenant_at(const pg::Result& rows, int row, int column) {
  const auto text = rows.optional_text(row, column);
  return text ? std::optional(TenantId::parse(*text)) : std::nullopt;
}

/// Of id, kind, name, tenant_id, version and history, from column `first` on.
SchemaRecord read_record(const pg::Result& rows, int row, int first) {
  return {.id = rows.int64(row, first),
          .kind = parse_schema_kind(rows.text(row, first + 1)),
          .name = rows.text(row, first + 2),
          .tenant = tenant_at(rows, row, first + 3),
          .version = static_cast<int>(rows.int64(row, first + 4)),
          .history = rows.text(row, first + 5)};
}

std::optional<SchemaRecord> read_live(const pg::Result& rows) {
  if (rows.empty() || rows.text(0, 6) != "live") return std::nullopt;
  return read_record(rows, 0, 0);
}

std::string file_of(const Migration& migration) { return migration.up.file.string(); }

/// Why the migrations applied to these schemas are not the beginning of `migrations`.
std::vector<std::string> differences(pg::Connection& connection, const MigrationSet& migrations,
                                     const std::vector<std::int64_t>& schemas) {
  std::vector<std::string> problems;
  const auto rows = connection.exec(sql::kListApplied, pg::Params(array_of(schemas)));
  for (int row = 0; row < rows.rows(); ++row) {
    const auto number = static_cast<int>(rows.int64(row, 0));
    const auto where = rows.int64(row, 3) == 1
                           ? rows.text(row, 4)
                           : fmt::format("{} schemas, {} among them", rows.int64(row, 3), rows.text(row, 4));
    if (number > migrations.last()) {
      problems.push_back(
          fmt::format("{:04}_{}.sql is applied to {}, and there is no such file: these files are older "
                      "than the database",
                      number, rows.text(row, 1), where));
    } else if (rows.text(row, 2) != migrations.at(number).checksum) {
      problems.push_back(
          fmt::format("{}: was edited after it had been applied to {}; put it back as it was, and the "
                      "change into a new migration",
                      file_of(migrations.at(number)), where));
    }
  }
  return problems;
}

}  // namespace

std::string_view to_string(SchemaKind kind) {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "unknown";
}

SchemaKind parse_schema_kind(std::string_view text) {
  for (const auto& [kind, known] : kKinds) {
    if (known == text) return kind;
  }
  throw Error(ErrorCode::internal, "tenure.schemas holds an unknown kind");
}

bool has_registry(pg::Connection& connection) { return connection.exec(sql::kFindRegistry).boolean(0, 0); }

bool has_current_registry(pg::Connection& connection) { return connection.exec(sql::kFindRegistry).boolean(0, 1); }

void install_registry(pg::Connection& connection) {
  if (!has_current_registry(connection)) connection.run_script(sql::kCreateSchema);
}

Survey survey(pg::Connection& connection, const MigrationSet& migrations, Scope scope,
              const std::optional<std::string>& name) {
  const auto kinds = scope == Scope::shared ? kSharedKinds : kTenantKinds;
  const auto rows = connection.exec(sql::kListBehind, pg::Params(kinds, migrations.history(migrations.last()), name));
  Survey found{.total = rows.int64(0, 0)};
  std::vector<std::int64_t> strange;
  for (int row = 0; row < rows.rows(); ++row) {
    if (rows.is_null(row, 1)) continue;
    auto record = read_record(rows, row, 1);
    const bool is_known = record.version <= migrations.last() && record.history == migrations.history(record.version);
    if (!is_known) strange.push_back(record.id);
    found.behind.push_back(std::move(record));
  }
  if (strange.empty()) return found;
  auto problems = differences(connection, migrations, strange);
  if (problems.empty()) {
    problems.push_back(fmt::format("{} schemas have a history that their migrations do not add up to", strange.size()));
  }
  auto message = problems.front();
  if (problems.size() > 1) message += fmt::format("; and {} more", problems.size() - 1);
  throw Error(ErrorCode::refused, std::move(message)).with_problems(std::move(problems));
}

std::optional<SchemaRecord> find_schema(pg::Connection& connection, const std::string& name) {
  return read_live(connection.exec(sql::kFindSchema, pg::Params(name)));
}

std::optional<SchemaRecord> find_schema(pg::Connection& connection, SchemaKind kind) {
  return read_live(connection.exec(sql::kFindSchemaOfKind, pg::Params(to_string(kind))));
}

std::optional<SchemaRecord> find_schema_of(pg::Connection& connection, const TenantId& tenant) {
  return read_live(connection.exec(sql::kFindSchemaOfTenant, pg::Params(tenant)));
}

SchemaRecord ensure_schema(pg::Connection& connection, SchemaKind kind, const std::string& name) {
  pg::Transaction transaction(connection);
  auto record = ensure_schema_in_transaction(connection, kind, name);
  transaction.commit();
  return record;
}

SchemaRecord ensure_schema_in_transaction(pg::Connection& connection, SchemaKind kind, const std::string& name) {
  const auto find = [&]() -> std::optional<SchemaRecord> {
    auto found = find_schema(connection, kind);
    if (!found || found->name == name) return found;
    throw Error(ErrorCode::conflict, fmt::format("the {} schema is {} already", to_string(kind), found->name));
  };
  if (auto found = find()) return *std::move(found);
  const auto added =
      connection.exec(sql::kAddSchema, pg::Params(to_string(kind), name, std::nullopt, std::nullopt, "live"));
  if (added.empty()) {
    // Another process was faster, or the name is a tenant's.
    if (auto found = find()) return *std::move(found);
    throw Error(ErrorCode::conflict, fmt::format("the schema {} has another use already", name));
  }
  if (connection.exec(sql::kFindNamespace, pg::Params(name)).empty()) {
    pg::SqlBuilder create;
    create << "CREATE SCHEMA " << pg::Identifier(name);
    connection.exec(create.build());
  }
  return {.id = added.int64(0, 0), .kind = kind, .name = name};
}

std::string array_of(const std::vector<std::int64_t>& numbers) {
  return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

std::string array_of(const std::vector<std::string>& words) { return fmt::format("{{{}}}", fmt::join(words, ",")); }

}  // namespace tenure::schemas
