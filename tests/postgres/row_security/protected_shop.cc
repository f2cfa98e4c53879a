#include "tests/postgres/row_security/protected_shop.h"

#include <fmt/format.h>

namespace tenure::test {
namespace {

constexpr std::string_view kSchema = R"(
  CREATE ROLE :owner NOLOGIN;
  CREATE ROLE :app LOGIN;
  GRANT USAGE, CREATE ON SCHEMA public TO :owner;
  GRANT USAGE ON SCHEMA public TO :app;
  SET ROLE :owner;
  CREATE TABLE countries (code text PRIMARY KEY);
  CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, name text NOT NULL);
  CREATE INDEX customers_tenant ON customers (tenant_id, name);
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL,
                       customer_id uuid NOT NULL REFERENCES customers (id), total numeric NOT NULL DEFAULT 0,
                       doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
  CREATE INDEX orders_tenant ON orders (tenant_id);
  CREATE INDEX orders_customer ON orders (customer_id);
  CREATE TABLE order_items (order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE, line int NOT NULL,
                            PRIMARY KEY (order_id, line));
  CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS
    $$SELECT nullif(current_setting('app.tenant_id', true), '')::uuid$$;
  CREATE POLICY tenant ON customers USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
  CREATE POLICY tenant ON orders USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
  CREATE POLICY tenant ON order_items
    USING (EXISTS (SELECT FROM orders o WHERE o.id = order_id))
    WITH CHECK (EXISTS (SELECT FROM orders o WHERE o.id = order_id));
  ALTER TABLE customers ENABLE ROW LEVEL SECURITY; ALTER TABLE customers FORCE ROW LEVEL SECURITY;
  ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;
  ALTER TABLE order_items ENABLE ROW LEVEL SECURITY; ALTER TABLE order_items FORCE ROW LEVEL SECURITY;
  GRANT SELECT, INSERT, UPDATE, DELETE ON countries, customers, orders, order_items TO :app;
  RESET ROLE;
)";

constexpr std::string_view kRows = R"(
  INSERT INTO countries VALUES ('DE'), ('ES');
  INSERT INTO customers (tenant_id, name) SELECT t, 'one' FROM unnest('{{{0},{1}}}'::uuid[]) AS t;
  INSERT INTO orders (tenant_id, customer_id) SELECT tenant_id, id FROM customers;
  INSERT INTO order_items SELECT id, 1 FROM orders;
)";

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace

ProtectedShop::ProtectedShop() : app_(database_.name() + "_app"), owner_(database_.name() + "_owner") {
  run(std::string(kSchema));
  run(fmt::format(kRows, kTenantA, kTenantB));
}

ProtectedShop::~ProtectedShop() {
  run("REASSIGN OWNED BY :app, :owner TO CURRENT_USER; DROP OWNED BY :app; DROP OWNED BY :owner;"
      "DROP ROLE :app; DROP ROLE :owner");
}

void ProtectedShop::run(std::string script) const {
  database_.run(replaced(replaced(std::move(script), ":app", app_), ":owner", owner_));
}

row_security::AuditSettings ProtectedShop::settings() const {
  estate::Database rules;
  rules.tables.push_back({.table = "countries", .keep_reason = "of all tenants"});
  return {.service = "shop",
          .database = database_.settings(),
          .rules = std::move(rules),
          .tenant_column = "tenant_id",
          .expected = {.role = app_, .setting = "app.tenant_id"}};
}

std::vector<std::string> ProtectedShop::gaps() const {
  std::vector<std::string> found;
  for (const auto& gap : audit().gaps) found.push_back(fmt::format("{} {}", to_string(gap.code), gap.table));
  return found;
}

}  // namespace tenure::test
