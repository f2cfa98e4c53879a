#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

/// A product with a schema a tenant in a database of a test's own, and `tenure migrate` run on it by its estate file.
class MigratedProduct {
 public:
  using Words = std::vector<std::string>;

  MigratedProduct() {
    folder_.write("estate.yaml",
                  "estate: product\n"
                  "tenants: {service: app, managed: true}\n"
                  "services:\n"
                  "  app:\n"
                  "    database: ${DATABASE_URL}\n"
                  "    isolation: {model: schema, migrations: migrations}\n");
    write("shared/0001_plans.sql", "create table plans (code text primary key);");
  }

  void append_to_estate(const std::string& section) const {
    std::ofstream(folder_ / "estate.yaml", std::ios::app) << section;
  }
  void write(const std::string& migration, const std::string& sql) const {
    folder_.write("migrations/" + migration, sql);
  }
  void remove(const std::string& migration) const {
    std::filesystem::remove_all(folder_ / ("migrations/" + migration));
  }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  /// The command line of `tenure migrate` with `more`.
  Words words(const Words& more = {}) const {
    Words all{"migrate", "--estate", file("estate.yaml")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Environment environment() const {
    return {{"DATABASE_URL", database_.settings().conninfo().reveal()}, {"TENURE_HOME", file("state")}};
  }
  test::Finished migrate(const Words& more = {}) const { return run_tenure(words(more), environment()); }
  /// Empty schemas with a record: tenant_01, tenant_02 …
  void add_tenants(int count) const {
    database_.run(
        fmt::format("DO $$ BEGIN FOR i IN 1..{} LOOP EXECUTE format('CREATE SCHEMA tenant_%s', lpad(i::text, 2, "
                    "'0')); INSERT INTO tenure.schemas (kind, name, tenant_id) VALUES ('tenant', 'tenant_' || "
                    "lpad(i::text, 2, '0'), gen_random_uuid()); END LOOP; END $$",
                    count));
  }
  std::string value(std::string_view query) const { return database_.value(query); }
  void run(std::string_view script) const { database_.run(script); }
  const test::TestDatabase& database() const { return database_; }

 private:
  const test::TestDatabase database_;
  const test::TemporaryFolder folder_;
};

}  // namespace tenure::e2e
