#pragma once

#include "tests/e2e/isolated_product.h"

namespace tenure::e2e {

/// A product with a database a tenant, made like a reference.
class DatabaseProduct : public IsolatedProduct {
 protected:
  DatabaseProduct() {
    app_.run("CREATE DATABASE " + name("reference"));
    run_in(name("reference"),
           "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);"
           "CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, number int)");
    write_estate("service: crm, base_domains: [product.example]",
                 fmt::format("    isolation: {{model: database, prefix: {}, reference: {}, users: none}}\n", name(""),
                             name("reference")),
                 "    schemas: [public, tenancy]\n");
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

  /// "test_3_reference"
  std::string name(const std::string& rest) const { return app_.name() + "_" + rest; }

  Server serve(Environment more = {}) const {
    more.emplace("TENURE_HOME", file("state"));
    return Server({"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, more);
  }
  Secret token() const {
    auto text = run_tenure({"token", "--name", "e2e"}, {{"TENURE_HOME", file("state")}}).output;
    text.erase(text.find_last_not_of('\n') + 1);
    return Secret(text);
  }

  void run_in(const std::string& place, const std::string& script) const override {
    pg::Connection::open(test::cluster().database(place)).run_script(pg::Sql::script_from_operator(script));
  }
  std::string rows_of(const std::string& place) const override {
    return pg::Connection::open(test::cluster().database(place))
        .exec(pg::Sql::script_from_operator(
            "SELECT concat((SELECT md5(string_agg(o::text, ';' ORDER BY id)) FROM orders o), "
            "(SELECT md5(string_agg(i::text, ';' ORDER BY i::text)) FROM items i))"))
        .text(0, 0);
  }
  bool has_place(const std::string& place) const override {
    return app_.value(fmt::format("SELECT count(*) FROM pg_database WHERE datname = '{}'", place)) == "1";
  }
};

}  // namespace tenure::e2e
