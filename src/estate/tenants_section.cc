#include "estate/tenants_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "estate/notation.h"
#include "estate/url.h"

namespace tenure::estate {
namespace {

constexpr std::string_view kTenants = "tenants";
constexpr std::string_view kInvitations = "invitations";

std::string in_tenancy(std::string_view table) { return fmt::format("{}.{}", kTenancySchema, table); }

std::vector<std::string> read_base_domains(const Value& value) {
  std::vector<std::string> domains;
  for (const auto& item : value.items()) {
    auto domain = item.text_that(is_host_name, "a host name in lower case, such as bakery.example");
    if (!domain) continue;
    if (std::find(domains.begin(), domains.end(), *domain) != domains.end()) {
      item.problem("is there twice");
    } else {
      domains.push_back(std::move(*domain));
    }
  }
  return domains;
}

/// The file's own rule for a table of the tenancy schema.
const TableRule* find_rule(const Database& database, std::string_view table) {
  const bool is_first_schema = database.schemas.front() == kTenancySchema;
  const auto found = std::find_if(database.tables.begin(), database.tables.end(), [&](const TableRule& rule) {
    return rule.table == in_tenancy(table) || (is_first_schema && rule.table == table);
  });
  return found == database.tables.end() ? nullptr : &*found;
}

}  // namespace

TenantsSection::TenantsSection(const Value& tenants)
    : fields_(tenants, {"service", "managed", "table", "id", "name", "soft_delete", "base_domains"}) {
  set(record_.service, fields_.require("service"), &Value::text);
  set(record_.is_managed, fields_.find("managed"), &Value::boolean);
  if (record_.is_managed) {
    read_managed();
  } else {
    read_unmanaged();
  }
}

void TenantsSection::read_managed() {
  record_.table = in_tenancy(kTenants);
  for (const auto* key : {"table", "id", "name"}) {
    if (const auto* value = fields_.find(key)) {
      value->problem(fmt::format("contradicts managed: managed tenants are in {}, which Tenure makes", record_.table));
    }
  }
  set(record_.soft_delete_window, fields_.find("soft_delete"), &Value::days);
  if (const auto* value = fields_.find("base_domains")) record_.base_domains = read_base_domains(*value);
  if (!record_.service.empty()) fields_.map().reading().managed_tenants_service = record_.service;
}

void TenantsSection::read_unmanaged() {
  set(record_.table, fields_.require("table"), is_table, "a table; write table or schema.table");
  set(record_.id_column, fields_.find("id"), is_name, "the name of a column");
  set(record_.name_column, fields_.find("name"), is_name, "the name of a column");
  for (const auto* key : {"soft_delete", "base_domains"}) {
    if (const auto* value = fields_.find(key))
      value->problem("only managed tenants have this; managed: true is missing");
  }
}

void TenantsSection::complete(Estate& estate) const {
  const auto* name = fields_.find("service");
  if (!record_.service.empty() && !estate.services.empty()) {
    const auto found = std::find_if(estate.services.begin(), estate.services.end(),
                                    [&](const auto& service) { return service.name == record_.service; });
    if (found == estate.services.end()) {
      name->problem(fmt::format("there is no service {}", name->quoted()));
    } else if (auto* database = std::get_if<Database>(&found->source); database == nullptr) {
      name->problem(fmt::format("the service {} has no database", name->quoted()));
    } else if (record_.is_managed) {
      add_tenancy(*found, *database);
    }
  }
  estate.tenants = record_;
}

void TenantsSection::add_tenancy(const Service& service, Database& database) const {
  auto& schemas = database.schemas;
  const std::string schema(kTenancySchema);
  if (std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) schemas.push_back(schema);
  const int line = fields_.map().line();
  std::vector<TableRule> added;
  if (const auto* rule = find_rule(database, kTenants); rule == nullptr) {
    added.push_back({.table = in_tenancy(kTenants), .line = line, .tenant_column = "id"});
  } else if (rule->tenant_column != "id") {
    fields_.map().reading().problems.add(rule->line,
                                         fmt::format("services.{}.tables.{}", shown(service.name), shown(rule->table)),
                                         "must have tenant_column: id, by which managed tenants are erased");
  }
  if (find_rule(database, kInvitations) == nullptr) {
    added.push_back(
        {.table = in_tenancy(kInvitations), .line = line, .user = UserRule{"invited_by", UserAction::set_null}});
  }
  // Before the file's own: of two rules that turn out to mean one table the later is followed.
  database.tables.insert(database.tables.begin(), added.begin(), added.end());
}

}  // namespace tenure::estate
