#include "tests/postgres/schemas/product.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/ids.h"

namespace tenure::schemas {

void Product::write_usual_migrations() const {
  write("shared/0001_countries.sql", "create table countries (code text primary key);");
  write("shared/0002_plans.sql", "create table plans (code text primary key);");
  write("tenant/0001_customers.sql",
        "create table customers (id bigint primary key, name text not null,\n"
        "  country text references public.countries (code));\n");
  write("tenant/0001_customers.down.sql", "drop table customers;");
  write("tenant/0002_orders.sql",
        "create table orders (id bigint primary key, customer_id bigint not null references customers);\n"
        "create index orders_customer_id_idx on orders (customer_id);\n");
  write("tenant/0002_orders.down.sql", "drop table orders;");
  write("tenant/0003_notes.sql", "alter table orders add column note text;");
  write("tenant/0003_notes.down.sql", "alter table orders drop column note;");
}

MigratorSettings Product::settings() const {
  MigratorSettings settings;
  settings.service = "app";
  settings.database = database_.settings();
  settings.isolation.model = estate::IsolationModel::schema;
  settings.shared = read_migrations(folder(), Scope::shared);
  settings.tenant = read_migrations(folder(), Scope::tenant);
  return settings;
}

void Product::add_tenant(const std::string& schema) const {
  auto connection = database_.connect();
  install_registry(connection);
  run(
      fmt::format("CREATE SCHEMA \"{0}\"; INSERT INTO tenure.schemas (kind, name, tenant_id) VALUES ('tenant', '{0}', "
                  "'{1}')",
                  schema, TenantId::random().str()));
}

void Product::add_tenants(int count) const {
  for (int at = 1; at <= count; ++at) add_tenant(fmt::format("tenant_{:02}", at));
}

std::string summary_of(const RunReport& report) {
  std::string text;
  for (const auto outcome :
       {SchemaOutcome::applied, SchemaOutcome::faked, SchemaOutcome::tried, SchemaOutcome::current,
        SchemaOutcome::failed, SchemaOutcome::not_reached, SchemaOutcome::rolled_back, SchemaOutcome::left}) {
    if (const auto count = report.count(outcome); count > 0) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", to_string(outcome), count);
    }
  }
  return text;
}

const SchemaReport& report_of(const RunReport& report, const std::string& schema) {
  const auto found = std::find_if(report.schemas.begin(), report.schemas.end(),
                                  [&](const auto& one) { return one.schema.name == schema; });
  if (found == report.schemas.end()) throw std::runtime_error("no report of " + schema);
  return *found;
}

}  // namespace tenure::schemas
