#include "tests/e2e/shop.h"

#include <fmt/format.h>

#include <atomic>
#include <fstream>

#include "identity/token.h"

namespace tenure::e2e {
namespace {

std::string next_prefix() {
  static std::atomic<int> next{0};
  return fmt::format("shop_{}_", ++next);
}

}  // namespace

const std::map<std::string, std::string>& shop_schemas() {
  static const std::map<std::string, std::string> schemas = {
      {"accounts", "CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);"},
      {"orders",
       "CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL);"
       "CREATE TABLE order_items (order_id uuid NOT NULL REFERENCES orders, number integer, PRIMARY KEY (order_id, "
       "number));"
       "CREATE INDEX ON orders (tenant_id);"},
      {"crm", "CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);"}};
  return schemas;
}

std::string shop_rows(const std::string& service, const TenantId& tenant, const std::string& name) {
  const auto id = tenant.str();
  if (service == "accounts") return fmt::format("INSERT INTO tenants VALUES ('{}', '{}')", id, name);
  if (service == "crm") return fmt::format("INSERT INTO contacts (tenant_id) VALUES ('{}')", id);
  return fmt::format(
      "WITH placed AS (INSERT INTO orders (tenant_id) VALUES ('{}') RETURNING id) "
      "INSERT INTO order_items SELECT id, n FROM placed, generate_series(1, 2) AS n",
      id);
}

Shop::Shop() : prefix_(next_prefix()) {
  std::filesystem::create_directories(folder_.path());
  databases_.create(database("control"));
  for (const auto& [service, schema] : shop_schemas()) {
    databases_.create(database(service));
    databases_.run(database(service), schema);
  }
}

std::string Shop::database_line(const std::string& service) const {
  return fmt::format("database: \"{}\"", databases_.url(database(service)));
}

std::string Shop::write(const std::string& name, const std::string& sections, const std::string& of_accounts,
                        const Overrides& overrides) const {
  const auto path = folder_.path() / name;
  std::ofstream file(path);
  file << "estate: shop\n"
       << "control:\n  " << database_line("control") << "\n"
       << sections << "services:\n";
  for (const auto& [service, schema] : shop_schemas()) {
    const auto found = overrides.find(service);
    file << "  " << service << ":\n";
    if (service == "accounts") file << of_accounts;
    file << "    " << (found == overrides.end() ? database_line(service) : found->second) << "\n";
  }
  return path.string();
}

std::string Shop::write_estate(const std::string& name, const Overrides& overrides, const std::string& more) const {
  return write(name, "tenants: {service: accounts, table: tenants}\n" + more,
               "    tables: {tenants: {tenant_column: id}}\n", overrides);
}

std::string Shop::write_managed_estate(const std::string& name, const Overrides& overrides) const {
  return write(name,
               std::string("tenants: {service: accounts, managed: true, base_domains: [shop.example]}\n"
                           "users: {managed: true}\n") +
                   kGivesUpAtOnce,
               "", overrides);
}

Server Shop::serve(const std::string& estate, std::vector<std::string> more, const Environment& added) const {
  std::vector<std::string> arguments{"--estate", estate, "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto variables = environment();
  variables.insert(added.begin(), added.end());
  return Server(arguments, variables);
}

TenantId Shop::add_tenant(const std::string& name) {
  const auto tenant = TenantId::random();
  for (const auto& [service, schema] : shop_schemas()) {
    databases_.run(database(service), shop_rows(service, tenant, name));
  }
  return tenant;
}

std::int64_t Shop::count(const std::string& service, const std::string& table, const TenantId& tenant) {
  const auto* column = service == "accounts" ? "id" : "tenant_id";
  return databases_.count(database(service), table, fmt::format("r.{} = '{}'", column, tenant.str()));
}

Secret Shop::service_token(const std::string& audience) const {
  return identity::issue_service_token(keys_, clock_, "e2e", audience);
}

}  // namespace tenure::e2e
