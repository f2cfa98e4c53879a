#pragma once

#include <string>
#include <vector>

#include "schemas/migrations/migrator.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::schemas {

/// A product with a schema a tenant, in a database of a test's own, with the migrations that the test writes.
class Product {
 public:
  Product() = default;

  void write(const std::string& file, const std::string& sql) const { migrations_.write(file, sql); }
  void remove(const std::string& file) const { std::filesystem::remove(migrations_ / file); }
  /// Two shared tables and three tenant migrations: customers, orders, a column more.
  void write_usual_migrations() const;

  MigratorSettings settings() const;
  RunReport migrate(const MigrateOptions& options = {}, MigrationListener* listener = nullptr) const {
    return Migrator(settings(), listener).run(options, {});
  }
  MigrationPlan plan(const MigrateOptions& options = {}) const { return Migrator(settings()).plan(options, {}); }

  /// An empty schema with a record, as if the tenant had come before the first migration.
  void add_tenant(const std::string& schema) const;
  void add_tenants(int count) const;

  const test::TestDatabase& database() const { return database_; }
  std::string value(std::string_view query) const { return database_.value(query); }
  void run(std::string_view script) const { database_.run(script); }
  bool has_table(const std::string& table) const { return value("SELECT to_regclass('" + table + "')") != "NULL"; }
  /// "3": of the schema's record.
  std::string version(const std::string& schema) const {
    return value("SELECT version FROM tenure.schemas WHERE name = '" + schema + "'");
  }
  std::filesystem::path folder() const { return migrations_.path(); }

 private:
  const test::TestDatabase database_;
  const test::TemporaryFolder migrations_;
};

/// "applied: 3, failed: 1": how many schemas of the run came to what, in the order of the outcomes.
std::string summary_of(const RunReport& report);
/// The report of one schema. @throws std::runtime_error when there is none.
const SchemaReport& report_of(const RunReport& report, const std::string& schema);

}  // namespace tenure::schemas
