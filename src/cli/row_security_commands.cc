#include <fmt/format.h>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/estate_databases.h"
#include "cli/print.h"
#include "cli/row_security_text.h"
#include "row_security/audit.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kAuditTimeout{10 * 60'000};

const estate::Database* database_of(const estate::Service& service) {
  return std::get_if<estate::Database>(&service.source);
}

/// The named services, or all that have row-level security. @throws Error when a named one has none, or none has.
std::vector<const estate::Service*> chosen_services(const estate::Estate& estate,
                                                    const std::vector<std::string>& names) {
  const auto is_protected = [](const estate::Service& service) {
    const auto* database = database_of(service);
    return database != nullptr && database->isolation.row_security;
  };
  std::vector<const estate::Service*> chosen;
  for (const auto& service : estate.services) {
    if (names.empty() && is_protected(service)) chosen.push_back(&service);
  }
  for (const auto& name : names) {
    const auto* service = estate.find_service(name);
    if (service == nullptr) {
      throw Error(ErrorCode::not_found, fmt::format("service {}: the estate has none of this name", name));
    }
    if (!is_protected(*service)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("service {}: has no isolation.row_security in the estate file", name));
    }
    chosen.push_back(service);
  }
  if (chosen.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "no service of the estate has isolation.row_security: there is nothing to audit");
  }
  return chosen;
}

int audit_row_security(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  const auto call = Call::within(kAuditTimeout);
  std::vector<row_security::ServiceAudit> audits;
  for (const auto* service : chosen_services(databases.estate(), options.services)) {
    const auto& database = *database_of(*service);
    try {
      audits.push_back(row_security::audit({.service = service->name,
                                            .database = databases.of(*service, database),
                                            .rules = database,
                                            .tenant_column = databases.estate().tenant_column,
                                            .expected = {.role = database.isolation.row_security->role,
                                                         .setting = database.isolation.row_security->setting}},
                                           call));
    } catch (Error& error) {
      throw std::move(error).in("service " + service->name);
    }
  }
  row_security::require_one_setting(audits);
  const auto body = row_security_to_json(audits, databases.estate());
  print(options, body, row_security_text);
  return body.at("success").get<bool>() ? 0 : 1;
}

}  // namespace

void add_row_security_commands(CommandTable& table) {
  auto& group = CommandTable::add_group(table.root(), "rls", "Row-level security of tenants that share tables");
  auto& audit = table.add_on_estate(
      group, "audit", "Find what lets one tenant at another's rows; changes nothing, exit status 1 for any gap",
      &audit_row_security);
  audit.add_option("--service", table.options().services, "Only this service's database; repeatable");
  table.add_json(audit);
}

}  // namespace tenure::cli
