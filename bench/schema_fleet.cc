#include "bench/schema_fleet.h"

#include <fmt/format.h>

#include <iostream>

namespace tenure::bench {

namespace {

std::filesystem::path product_migrations() { return source_folder() / "examples/saas-schemas/migrations"; }

}  // namespace

SchemaFleet::SchemaFleet(const Server& server, std::string name, int tenants)
    : server_(server), name_(std::move(name)) {
  std::cout << fmt::format("  making {} schemas of 60 tables ...", tenants) << std::endl;
  server_.create(seeded());
  auto settings = migrations();
  settings.database = server_.settings(seeded());
  schemas::Migrator(settings).run({}, {});
  schemas::Provisioner provisioner(settings.database, isolation());
  for (int number = 1; number <= tenants; ++number) {
    provisioner.provision({.tenant = tenant(number), .tenant_name = "t", .typed = fmt::format("t{}", number)}, {});
  }
  server_.freeze(seeded());
}

SchemaFleet::~SchemaFleet() {
  try {
    server_.drop(name_);
    server_.drop(seeded());
  } catch (const std::exception&) {
    return;  // the whole server goes at the end of the run
  }
}

void SchemaFleet::reset() const {
  server_.copy(seeded(), name_);
  server_.settle();
}

estate::Isolation SchemaFleet::isolation() { return {.model = estate::IsolationModel::schema, .has_no_users = true}; }

schemas::Provisioner SchemaFleet::provisioner(int ready) const {
  auto isolation = SchemaFleet::isolation();
  isolation.ready = ready;
  return schemas::Provisioner(settings(), isolation);
}

schemas::MigratorSettings SchemaFleet::migrations(const std::filesystem::path& folder) const {
  const auto files = folder.empty() ? product_migrations() : folder;
  return {.service = "app",
          .database = settings(),
          .isolation = isolation(),
          .shared = schemas::read_migrations(files, schemas::Scope::shared),
          .tenant = schemas::read_migrations(files, schemas::Scope::tenant)};
}

TenantId SchemaFleet::tenant(int number) {
  return TenantId::parse(fmt::format("11111111-1111-4111-8111-{:012}", number));
}

}  // namespace tenure::bench
