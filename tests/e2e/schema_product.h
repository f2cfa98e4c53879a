#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

/// A product of two services, one with a schema a tenant and one with rows of all tenants, with managed tenants and
/// accounts and an archive; and `tenure` run on its estate.
class SchemaProduct : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  SchemaProduct() {
    std::filesystem::create_directories(folder_ / "vault");
    folder_.write("migrations/shared/0001_plans.sql",
                  "create table plans (code text primary key); insert into plans values ('basic');");
    folder_.write("migrations/tenant/0001_orders.sql",
                  "create table orders (id bigint generated always as identity primary key, note text);\n"
                  "create table items (order_id bigint not null references orders, number int);");
    folder_.write("migrations/tenant/0001_orders.down.sql", "drop table items; drop table orders;");
    crm_.run("CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL)");
    folder_.write("estate.yaml",
                  fmt::format("estate: product\n"
                              "control: {{database: \"{}\"}}\n"
                              "tenants: {{service: app, managed: true}}\n"
                              "users: {{managed: true}}\n"
                              "archive: {{directory: vault, keys: \"{}\"}}\n"
                              "services:\n"
                              "  app:\n"
                              "    database: \"{}\"\n"
                              "    tables: {{plans: {{keep: \"for sale\"}}}}\n"
                              "    isolation: {{model: schema, migrations: migrations, ready: 1, users: none}}\n"
                              "  crm:\n"
                              "    database: \"{}\"\n",
                              url(control_), archive::KeyRing::generate("k1").reveal(), url(app_), url(crm_)));
  }

  static std::string url(const test::TestDatabase& database) { return database.settings().conninfo().reveal(); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }

  test::Finished run(Words words, Environment more = {}) const {
    words.insert(words.end(), {"--estate", file("estate.yaml")});
    more.emplace("TENURE_HOME", file("state"));
    return run_tenure(words, more);
  }
  nlohmann::json run_json(Words words, const Environment& more = {}) const {
    words.emplace_back("--json");
    const auto finished = run(words, more);
    EXPECT_EQ(finished.status, 0) << finished.errors << finished.output;
    return nlohmann::json::parse(finished.output, nullptr, false);
  }
  void migrate() const {
    const auto finished = run({"migrate"});
    ASSERT_EQ(finished.status, 0) << finished.errors << finished.output;
  }
  std::string person(const std::string& name) const {
    return run_json({"user", "create", name + "@example.org", "--name", name, "--no-password"})
        .at("user_id")
        .get<std::string>();
  }
  std::string tenant(const std::string& name, const std::string& owner) const {
    return run_json({"tenant", "create", name, "--owner", owner}).at("tenant_id").get<std::string>();
  }
  std::string schema_of(const std::string& tenant) const {
    return app_.value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", tenant));
  }
  /// Two orders with three items, and a contact.
  void fill(const std::string& tenant) const {
    app_.run(
        fmt::format("SET search_path = \"{}\"; INSERT INTO orders (note) VALUES ('one'), (NULL); "
                    "INSERT INTO items VALUES (1, 1), (1, 2), (2, 1)",
                    schema_of(tenant)));
    crm_.run(fmt::format("INSERT INTO contacts (tenant_id) VALUES ('{}')", tenant));
  }
  std::string rows_of(const std::string& schema) const {
    return app_.digest_of(fmt::format("\"{}\".orders", schema)) + app_.digest_of(fmt::format("\"{}\".items", schema));
  }
  bool has_schema(const std::string& name) const {
    return app_.value(fmt::format("SELECT count(*) FROM pg_namespace WHERE nspname = '{}'", name)) == "1";
  }

  const test::TestDatabase control_;
  const test::TestDatabase app_;
  const test::TestDatabase crm_;
  const test::TemporaryFolder folder_;
};

}  // namespace tenure::e2e
