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

/// A product of two services, one with a database a tenant and one with rows of all tenants, with managed tenants and
/// accounts and an archive; and `tenure` run on its estate.
class DatabaseProduct : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  DatabaseProduct() {
    std::filesystem::create_directories(folder_ / "vault");
    crm_.run("CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL)");
    app_.run("CREATE DATABASE " + name("reference"));
    run_in(name("reference"),
           "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);"
           "CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, number int)");
    folder_.write("estate.yaml",
                  fmt::format("estate: product\n"
                              "control: {{database: \"{}\"}}\n"
                              "tenants: {{service: crm, managed: true, base_domains: [product.example]}}\n"
                              "users: {{managed: true}}\n"
                              "archive: {{directory: vault, keys: \"{}\"}}\n"
                              "services:\n"
                              "  app:\n"
                              "    database: \"{}\"\n"
                              "    isolation: {{model: database, prefix: {}, reference: {}, users: none}}\n"
                              "  crm:\n"
                              "    database: \"{}\"\n"
                              "    schemas: [public, tenancy]\n",
                              url(control_), archive::KeyRing::generate("k1").reveal(), url(app_), name(""),
                              name("reference"), url(crm_)));
  }
  ~DatabaseProduct() override {
    auto connection = app_.connect();
    const auto mine = connection.exec(pg::Sql::script_from_operator(
        fmt::format("SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname LIKE "
                    "'{}\\_%'",
                    app_.name())));
    for (int row = 0; row < mine.rows(); ++row) {
      connection.exec(pg::Sql::script_from_operator(mine.text(row, 0)));
    }
  }

  static std::string url(const test::TestDatabase& database) { return database.settings().conninfo().reveal(); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  /// "test_3_reference"
  std::string name(const std::string& rest) const { return app_.name() + "_" + rest; }

  test::Finished run(Words words) const {
    words.insert(words.end(), {"--estate", file("estate.yaml")});
    return run_tenure(words, {{"TENURE_HOME", file("state")}});
  }
  nlohmann::json run_json(Words words) const {
    words.emplace_back("--json");
    const auto finished = run(words);
    EXPECT_EQ(finished.status, 0) << finished.errors << finished.output;
    return nlohmann::json::parse(finished.output, nullptr, false);
  }
  Server serve(Environment more = {}) const {
    more.emplace("TENURE_HOME", file("state"));
    return Server({"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, more);
  }
  Secret token() const {
    auto text = run_tenure({"token", "--name", "e2e"}, {{"TENURE_HOME", file("state")}}).output;
    text.erase(text.find_last_not_of('\n') + 1);
    return Secret(text);
  }
  std::string person(const std::string& name) const {
    return run_json({"user", "create", name + "@example.org", "--name", name, "--no-password"})
        .at("user_id")
        .get<std::string>();
  }
  std::string tenant(const std::string& name, const std::string& owner) const {
    return run_json({"tenant", "create", name, "--owner", owner}).at("tenant_id").get<std::string>();
  }
  std::string database_of(const std::string& tenant) const {
    return app_.value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", tenant));
  }
  bool has_database(const std::string& name) const {
    return app_.value(fmt::format("SELECT count(*) FROM pg_database WHERE datname = '{}'", name)) == "1";
  }
  void run_in(const std::string& database, const std::string& script) const {
    pg::Connection::open(test::cluster().database(database)).run_script(pg::Sql::script_from_operator(script));
  }
  /// Two orders with three items, and a contact.
  void fill(const std::string& tenant) const {
    run_in(database_of(tenant),
           "INSERT INTO orders (note) VALUES ('one'), (NULL); INSERT INTO items VALUES (1, 1), (1, 2), (2, 1)");
    crm_.run(fmt::format("INSERT INTO contacts (tenant_id) VALUES ('{}')", tenant));
  }
  std::string rows_of(const std::string& database) const {
    return pg::Connection::open(test::cluster().database(database))
        .exec(pg::Sql::script_from_operator(
            "SELECT concat((SELECT md5(string_agg(o::text, ';' ORDER BY id)) FROM orders o), "
            "(SELECT md5(string_agg(i::text, ';' ORDER BY i::text)) FROM items i))"))
        .text(0, 0);
  }

  const test::TestDatabase control_;
  const test::TestDatabase app_;
  const test::TestDatabase crm_;
  const test::TemporaryFolder folder_;
};

}  // namespace tenure::e2e
