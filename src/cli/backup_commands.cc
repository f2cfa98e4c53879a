#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/migrated_services.h"
#include "cli/print.h"
#include "cli/schema_provisioning.h"
#include "cli/text.h"
#include "schemas/backup/backup.h"
#include "schemas/registry.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

pg::Connection open(const EstateDatabases& databases, const estate::Service& service) {
  return pg::Connection::open(databases.of(service, std::get<estate::Database>(service.source)));
}

/// A tenant's id stands for its schema.
std::string schema_named(pg::Connection& connection, const std::string& text) {
  if (!schemas::has_registry(connection) || schemas::find_schema(connection, text)) return text;
  try {
    const auto found = schemas::find_schema_of(connection, TenantId::parse(text));
    return found ? found->name : text;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_argument) return text;
    throw;
  }
}

json to_json(const schemas::BackupSummary& summary, const std::string& file, const char* what) {
  return {{"schema", summary.schema},
          {"tables", summary.tables},
          {"rows", summary.rows},
          {"file", file},
          {"outcome", what}};
}

std::string text_of(const json& body) {
  return fmt::format("{} {}: {} tables, {} rows\n", text_or(body, "outcome", ""),
                     printable(text_or(body, "schema", "")), grouped(number_of(body, "tables")),
                     grouped(number_of(body, "rows")));
}

std::string pools_text(const json& body) {
  std::string text;
  for (const auto& [service, made] : body.at("made").items()) {
    text += fmt::format("{}: {} made\n", printable(service), grouped(made.get<std::int64_t>()));
  }
  return text;
}

}  // namespace

int back_up_schema(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  auto connection = open(databases, only_service_with_schemas(databases.estate(), options));
  const auto summary = schemas::back_up_schema(connection, schema_named(connection, options.schema), options.file);
  print(options, to_json(summary, options.file, "backed up"), text_of);
  return 0;
}

int restore_schema(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  auto connection = open(databases, only_service_with_schemas(databases.estate(), options));
  const auto summary = options.as ? schemas::restore_beside(connection, options.file, *options.as, {})
                                  : schemas::restore_schema(connection, options.file, options.replaces, {});
  print(options, to_json(summary, options.file, "restored"), text_of);
  return 0;
}

int prove_backup(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  auto connection = open(databases, only_service_with_schemas(databases.estate(), options));
  print(options, to_json(schemas::prove_backup(connection, options.file, {}), options.file, "proven"), text_of);
  return 0;
}

int fill_pools(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  SchemaProvisioning provisioning(databases);
  json body{{"made", json::object()}};
  for (const auto& [service, made] : provisioning.fill_pools({})) body["made"][service] = made;
  print(options, body, pools_text);
  return 0;
}

}  // namespace tenure::cli
