#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "estate/document.h"
#include "estate/estate.h"
#include "estate/notation.h"
#include "estate/service_section.h"
#include "estate/yaml_value.h"

namespace tenure::estate {
namespace {

constexpr std::size_t kShortestPseudonymKey = 16;

void read_control(Estate& estate, const Value& value) {
  const Fields fields(value, {"database", "schema_file"});
  if (const auto* url = fields.find("database")) estate.control_url = read_database_url(*url);
  if (const auto* file = fields.find("schema_file")) estate.control_schema_file = read_schema_file(*file);
}

void read_users(Estate& estate, const Value& value) {
  const Fields fields(value, {"pseudonym_key"});
  const auto* key = fields.require("pseudonym_key");
  value.reading().has_pseudonym_key = key != nullptr;
  auto text = key == nullptr ? std::nullopt : key->text();
  if (!text) return;
  if (text->size() < kShortestPseudonymKey) {
    key->problem(fmt::format("must have at least {} characters", kShortestPseudonymKey));
  }
  estate.pseudonym_key = Secret(std::move(*text));
}

void read_defaults(Estate& estate, const Value& value) {
  const Fields fields(value, {"tenant_column", "timeout", "last"});
  set(estate.tenant_column, fields.find("tenant_column"), is_name, "the name of a column");
  set(value.reading().default_timeout, fields.find("timeout"), &Value::duration);
  if (const auto* last = fields.find("last")) estate.last_tables = last->tables();
}

void read_services(Estate& estate, const Value& value) {
  const auto entries = value.entries();
  if (value.is_map() && entries.empty()) value.problem("must have at least one service");
  std::map<std::string, const Service*> prefixes;
  estate.services.reserve(entries.size());
  for (const auto& entry : entries) {
    const auto& service = estate.services.emplace_back(read_service(entry));
    const auto [first, is_new] = prefixes.emplace(service.prefix, &service);
    if (is_new) continue;
    entry.value.problem(
        fmt::format("has the same prefix as {} on line {}", shown(first->second->name), first->second->line));
  }
}

void read_tenants(Estate& estate, const Value& value) {
  const Fields fields(value, {"service", "table", "id", "name"});
  TenantRecord record;
  set(record.table, fields.require("table"), is_table, "a table; write table or schema.table");
  set(record.id_column, fields.find("id"), is_name, "the name of a column");
  set(record.name_column, fields.find("name"), is_name, "the name of a column");
  const auto* name = fields.require("service");
  set(record.service, name, &Value::text);
  if (!record.service.empty() && !estate.services.empty()) {
    const auto* service = estate.find_service(record.service);
    if (service == nullptr) {
      name->problem(fmt::format("there is no service {}", name->quoted()));
    } else if (!std::holds_alternative<Database>(service->source)) {
      name->problem(fmt::format("the service {} has no database", name->quoted()));
    }
  }
  estate.tenants = std::move(record);
}

/// What the services are checked against comes before them, and what refers to them after.
Estate read_sections(const Value& root) {
  const Fields fields(root, {"estate", "control", "tenants", "users", "defaults", "services"});
  Estate estate;
  set(estate.name, fields.require("estate"), &Value::text);
  if (const auto* value = fields.find("control")) read_control(estate, *value);
  if (const auto* value = fields.find("users")) read_users(estate, *value);
  if (const auto* value = fields.find("defaults")) read_defaults(estate, *value);
  if (const auto* value = fields.require("services")) read_services(estate, *value);
  if (const auto* value = fields.find("tenants")) read_tenants(estate, *value);
  return estate;
}

}  // namespace

Estate parse_estate(std::string_view text, const std::filesystem::path& file, const Variables& variables,
                    DatabaseSource source) {
  Reading reading{.variables = variables, .folder = file.parent_path(), .source = source, .problems = Problems(file)};
  Estate estate;
  if (const auto document = load_document(text, reading.problems)) {
    const Value root(reading, *document, "", 1);
    estate = read_sections(root);
  }
  reading.problems.throw_if_any();
  return estate;
}

}  // namespace tenure::estate
