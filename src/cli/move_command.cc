#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/assembly.h"
#include "cli/commands.h"
#include "cli/migrated_services.h"
#include "cli/print.h"
#include "cli/text.h"
#include "store/schemas/tenant_move.h"

namespace tenure::cli {
namespace {

using nlohmann::json;
using store::MoveEnding;

/// Whoever writes its rows meanwhile writes them where they were, so nobody may.
tenancy::Tenant tenant_at_rest(Assembly& assembly, const Options& options) {
  if (assembly.tenants() == nullptr) {
    throw Error(ErrorCode::refused, "only tenants that Tenure keeps have schemas of their own: `tenants: managed`");
  }
  auto tenant = assembly.tenants()->tenants.get(TenantId::parse(options.tenant), {});
  if (tenant.status == tenancy::TenantStatus::suspended && !tenant.deleted_at) return tenant;
  if (tenant.status == tenancy::TenantStatus::active && !tenant.deleted_at) {
    if (options.is_trial) return tenant;
    throw Error(ErrorCode::conflict, "the tenant works; `tenure tenant suspend` stops it, `activate` lets it go on");
  }
  throw Error(ErrorCode::conflict, "the tenant is being deleted");
}

store::MoveReport move(store::TenantMove& moves, const tenancy::Tenant& tenant, const Options& options) {
  const auto ending = options.is_trial ? MoveEnding::rolled_back : MoveEnding::committed;
  if (options.to == "rows") return moves.into_rows(tenant.id, ending, {});
  return moves.into_schema({.tenant = tenant.id, .tenant_name = tenant.name, .typed = tenant.slug}, ending, {});
}

std::string move_text(const json& body) {
  std::string text;
  for (const auto& [table, digest] : body.at("tables").items()) {
    text += fmt::format("  {}  {}\n", printable(table), digest.get<std::string>());
  }
  return text + fmt::format("{}: {} rows {} {}, each table the same by its hash\n", text_or(body, "outcome", ""),
                            grouped(number_of(body, "rows")), text_or(body, "to", "") == "rows" ? "out of" : "into",
                            printable(text_or(body, "schema", "")));
}

}  // namespace

int move_tenant(const Options& options) {
  Assembly assembly(assembly_settings(options));
  const auto& service = only_service_with_schemas(assembly.estate(), options);
  const auto& database = std::get<estate::Database>(service.source);
  const auto tenant = tenant_at_rest(assembly, options);
  if (tenant.id == super_tenant_id()) throw Error(ErrorCode::refused, "the super tenant has a schema always");
  auto settings = assembly.shared_settings(service, database);
  pg::Pool pool(settings.connection, 1);
  schemas::Provisioner provisioner(settings.connection, database.isolation);
  store::PostgresStore shared(std::move(settings));
  store::TenantMove moves(pool, database, shared, provisioner);
  const auto report = move(moves, tenant, options);
  print(options,
        {{"tenant_id", tenant.id.str()},
         {"service", service.name},
         {"to", options.to},
         {"schema", report.schema},
         {"rows", report.rows},
         {"tables", report.tables},
         {"outcome", options.is_trial ? "tried" : "moved"}},
        move_text);
  return 0;
}

}  // namespace tenure::cli
