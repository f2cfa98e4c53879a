#pragma once

#include "tests/e2e/isolated_product.h"

namespace tenure::e2e {

/// A product with a schema a tenant.
class SchemaProduct : public IsolatedProduct {
 protected:
  SchemaProduct() {
    folder_.write("migrations/shared/0001_plans.sql",
                  "create table plans (code text primary key); insert into plans values ('basic');");
    folder_.write("migrations/tenant/0001_orders.sql",
                  "create table orders (id bigint generated always as identity primary key, note text);\n"
                  "create table items (order_id bigint not null references orders, number int);");
    folder_.write("migrations/tenant/0001_orders.down.sql", "drop table items; drop table orders;");
    write_estate("service: app",
                 "    tables: {plans: {keep: \"for sale\"}}\n"
                 "    isolation: {model: schema, migrations: migrations, ready: 1, users: none}\n");
  }

  void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
  void migrate() const {
    const auto finished = run({"migrate"});
    ASSERT_EQ(finished.status, 0) << finished.errors << finished.output;
  }

  void run_in(const std::string& place, const std::string& script) const override {
    app_.run(fmt::format("SET search_path = \"{}\"; {}", place, script));
  }
  std::string rows_of(const std::string& place) const override {
    return app_.digest_of(fmt::format("\"{}\".orders", place)) + app_.digest_of(fmt::format("\"{}\".items", place));
  }
  bool has_place(const std::string& place) const override {
    return app_.value(fmt::format("SELECT count(*) FROM pg_namespace WHERE nspname = '{}'", place)) == "1";
  }
};

}  // namespace tenure::e2e
