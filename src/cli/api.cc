#include "cli/api.h"

#include <variant>

#include "cli/migration_check.h"
#include "schemas/migrations/migration_set.h"
#include "server/dashboard_routes.h"

namespace tenure::cli {
namespace {

using pg::operator""_sql;

std::vector<server::HealthCheck> health_checks(Assembly& assembly, const ApiSettings& settings) {
  std::vector<server::HealthCheck> checks;
  if (settings.runner != nullptr) {
    checks.push_back({"control database", [&assembly](const Call& call) {
                        assembly.control().take(call)->exec("SELECT FROM tenure.deletion_jobs LIMIT 1"_sql);
                      }});
  }
  for (const auto& service : settings.hosted) {
    if (!std::holds_alternative<estate::Database>(assembly.estate().find_service(service.name)->source)) continue;
    checks.push_back(
        {service.name, [&assembly, name = service.name](const Call& call) { assembly.ping_database(name, call); }});
    if (auto check =
            migration_check(*assembly.estate().find_service(service.name), *assembly.database_of(service.name))) {
      checks.push_back(std::move(*check));
    }
  }
  return checks;
}

std::optional<int> last_migration(const estate::Isolation& isolation, schemas::Scope scope) {
  if (!isolation.migrations) return std::nullopt;
  return schemas::read_migrations(*isolation.migrations, scope).last();
}

std::vector<server::SchemaService> schema_services(const Assembly& assembly) {
  std::vector<server::SchemaService> services;
  for (const auto& service : assembly.estate().services) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    if (database == nullptr || database->isolation.model != estate::IsolationModel::schema) continue;
    services.push_back({.name = service.name,
                        .database = *assembly.database_of(service.name),
                        .shared = database->schemas,
                        .latest_version = last_migration(database->isolation, schemas::Scope::tenant)});
  }
  return services;
}

server::PlacedService placed_service(const Assembly& assembly, const estate::Service& service) {
  using server::PlaceKind;
  if (std::holds_alternative<estate::Remote>(service.source)) return {.name = service.name, .kind = PlaceKind::remote};
  const auto* database = std::get_if<estate::Database>(&service.source);
  if (database == nullptr) return {.name = service.name, .kind = PlaceKind::files};
  server::PlacedService placed{
      .name = service.name, .database = assembly.database_of(service.name), .shared = database->schemas};
  switch (database->isolation.model) {
    case estate::IsolationModel::rows:
      placed.latest_version = last_migration(database->isolation, schemas::Scope::shared);
      break;
    case estate::IsolationModel::schema:
      placed.kind = PlaceKind::schema;
      placed.latest_version = last_migration(database->isolation, schemas::Scope::tenant);
      break;
    case estate::IsolationModel::database:
      placed.kind = PlaceKind::database;
      break;
  }
  return placed;
}

server::TenancyServices tenancy_services(ManagedTenants& tenants, ManagedUsers* users,
                                         SchemaProvisioning& provisioning) {
  return {.tenants = tenants.tenants,
          .members = tenants.members,
          .invitations = tenants.invitations,
          .subscriptions = tenants.subscriptions,
          .settings = tenants.settings,
          .domains = tenants.domains,
          .accounts = users == nullptr ? nullptr : &users->accounts,
          .soft_delete_window = tenants.soft_delete_window,
          .places = [&provisioning](const TenantId& tenant, const Call& call) {
            return provisioning.places_of(tenant, call);
          }};
}

server::MetricsText metrics_text(Assembly& assembly, const ApiSettings& settings) {
  metrics::Shared shared{.control = settings.runner == nullptr ? nullptr : &assembly.control()};
  for (const auto& hosted : settings.hosted) {
    const auto needed = needed_versions(*assembly.estate().find_service(hosted.name));
    if (!needed) continue;
    shared.migrated.push_back({.name = hosted.name,
                               .database = std::make_shared<pg::Pool>(assembly.database_of(hosted.name).value(), 1),
                               .needed = *needed});
  }
  return [&assembly, shared](const Call& call) { return assembly.metrics().text(shared, call); };
}

/// Each request is counted, and then written down by `log`.
server::AccessLog counted(metrics::Metrics& metrics, server::AccessLog log) {
  return [&metrics, log = std::move(log)](const server::AccessLine& line) {
    metrics.on_request({.method = line.method, .route = line.route, .status = line.status, .duration = line.duration});
    log(line);
  };
}

server::RateLimit limit_of_callers(const estate::RequestLimits& limits) {
  return {.per_second = limits.requests_per_second, .burst = limits.burst};
}

server::RateLimit limit_of_logins(const estate::RequestLimits& limits) {
  return {.per_second = limits.logins_per_minute / 60, .burst = limits.logins_per_minute};
}

}  // namespace

Api::Api(Assembly& assembly, const ApiSettings& settings)
    : callers_(limit_of_callers(assembly.estate().limits), assembly.clock()),
      addresses_(limit_of_logins(assembly.estate().limits), assembly.clock()),
      passwords_(limit_of_logins(assembly.estate().limits), assembly.clock()),
      job_waits_("deletion job", settings.job_waits, 0),
      router_(make_router(assembly, settings)),
      tokens_(assembly.keys(), assembly.clock(), assembly.identity_provider(), settings.metrics_token),
      gateway_(router_, tokens_, directory_of(assembly, settings),
               {.callers = callers_,
                .addresses = addresses_,
                .passwords = passwords_,
                .trusted_proxies = assembly.estate().limits.trusted_proxies},
               assembly.clock(), counted(assembly.metrics(), settings.log)) {}

server::Router Api::make_router(Assembly& assembly, const ApiSettings& settings) {
  server::ApiServices services{.hosted = settings.hosted,
                               .health = health_checks(assembly, settings),
                               .metrics = metrics_text(assembly, settings),
                               .keys = assembly.keys(),
                               .clock = assembly.clock(),
                               .trusted_proxies = assembly.estate().limits.trusted_proxies};
  if (settings.runner != nullptr) {
    services.control = &assembly.control();
    services.schemas = schema_services(assembly);
    services.audit = [&assembly]() -> audit::Keeper& { return assembly.audit(); };
    auto* users = assembly.users();
    if (assembly.tenants() != nullptr)
      tenancy_.emplace(tenancy_services(*assembly.tenants(), users, *assembly.provisioning()));
    if (users != nullptr) {
      services.accounts.emplace(server::AuthServices{users->login, users->accounts, users->hasher, passwords_});
    }
    if (tenancy_) {
      services.tenancy.emplace(*tenancy_);
      for (const auto& service : assembly.estate().services)
        services.places.push_back(placed_service(assembly, service));
    }
    services.jobs.emplace(server::JobServices{.store = assembly.jobs(),
                                              .erase_tenant = assembly.erase_tenant(),
                                              .runner = *settings.runner,
                                              .waits = job_waits_,
                                              .tenancy = tenancy_ ? &*tenancy_ : nullptr,
                                              .sweep = assembly.sweep()});
    services.decisions.emplace(server::DecisionServices{.jobs = *services.jobs,
                                                        .decisions = assembly.job_decisions(),
                                                        .erase_user = assembly.erase_user(),
                                                        .holds = assembly.legal_holds()});
    services.reports.emplace(
        server::ReportServices{.jobs = *services.jobs,
                               .key = [&assembly]() -> const signing::SigningKey& { return assembly.evidence_key(); },
                               .issuer = {.estate = assembly.estate().name, .version = TENURE_VERSION}});
    services.user_deletion.emplace(server::UserDeletionServices{.erase_user = assembly.erase_user(),
                                                                .runner = *settings.runner,
                                                                .waits = job_waits_,
                                                                .login = users == nullptr ? nullptr : &users->login});
  }
  server::Router router;
  server::add_api_routes(router, services);
  if (settings.runner != nullptr) server::add_dashboard_routes(router, server::dashboard_bundle());
  return router;
}

server::Directory Api::directory_of(Assembly& assembly, const ApiSettings& settings) {
  if (settings.runner == nullptr) return {};
  server::Directory directory;
  if (assembly.users() != nullptr) directory.accounts = &assembly.users()->accounts;
  if (assembly.tenants() != nullptr) {
    directory.members = &assembly.tenants()->members;
    directory.tenants = &assembly.tenants()->router;
  }
  return directory;
}

}  // namespace tenure::cli
