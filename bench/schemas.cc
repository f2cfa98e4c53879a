#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/child_process.h"
#include "bench/schema_fleet.h"
#include "pg/transaction.h"
#include "schemas/drift/drift.h"
#include "schemas/structure/structure_script.h"
#include "store/schemas/schema_spaces.h"
#include "store/spaces/space_store.h"

// Issue 5, "How good".
namespace tenure::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kAddedColumns = 10;
constexpr int kManyTables = 5'000;
constexpr std::string_view kOutOfMemory = "53200";  // of shared memory, where the lock table is

void require(bool holds, const char* what) {
  if (!holds) throw Error(ErrorCode::internal, fmt::format("the benchmark measured something else: {}", what));
}

/// An estate file for `tenure migrate` on this database.
fs::path write_estate(const Server& server, const std::string& database) {
  const auto path = server.folder() / (database + ".yaml");
  std::ofstream(path) << "estate: bench\nservices:\n  app:\n    database: \"" << server.url(database)
                      << "\"\n    isolation: {model: schema, migrations: "
                      << (source_folder() / "examples/saas-schemas/migrations").string() << "}\n";
  return path;
}

/// Records the schemas tenant_`stem``first` to `last` as such that have had all migrations.
void record_schemas(pg::Connection& connection, const std::string& stem, int first, int last) {
  connection.run_script(sql(fmt::format(
      "WITH reference AS MATERIALIZED (SELECT id, version, history FROM tenure.schemas WHERE kind = 'reference'), "
      "added AS (INSERT INTO tenure.schemas (kind, name, tenant_id, version, history) SELECT 'tenant', 'tenant_{0}' "
      "|| i, gen_random_uuid(), r.version, r.history FROM generate_series({1}, {2}) i, reference r RETURNING id) "
      "INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how) SELECT a.id, m.number, m.name, "
      "m.checksum, 'recorded' FROM added a, tenure.schema_migrations m WHERE m.schema_id = (SELECT id FROM "
      "reference)",
      stem, first, last)));
}

/// So many schemas that have had all migrations, without a table in them.
void add_small_schemas(const Server& server, const std::string& database, int count) {
  constexpr int kAtOnce = 1'000;
  auto connection = server.connect(database);
  for (int first = 1; first <= count; first += kAtOnce) {
    const int last = std::min(count, first + kAtOnce - 1);
    connection.run_script(sql(fmt::format(
        "DO $$ BEGIN FOR i IN {}..{} LOOP EXECUTE 'CREATE SCHEMA tenant_small_' || i; END LOOP; END $$", first, last)));
    record_schemas(connection, "small_", first, last);
  }
}

Comparison nothing_to_do(const Server& server, const Scale& scale) {
  const SchemaFleet fleet(server, "idle", 0);
  fleet.reset();
  add_small_schemas(server, fleet.name(), scale.rows(10'000));
  server.connect(fleet.name()).run_script(sql("ANALYZE"));
  const auto estate = write_estate(server, fleet.name());
  Comparison comparison{.name = "migrate, nothing to do, 10,000 schemas", .target = 0.5};
  for (int pair = 0; pair < scale.pairs; ++pair) {
    std::string output;
    comparison.ours.push_back(seconds_of([&] {
      output = run_child({TENURE_BINARY, "migrate", "--estate", estate.string()});
    }));
    print_time(comparison, "ours", comparison.ours.back());
    require(output.find("nothing_to_do") != std::string::npos, "there was something to do");
  }
  return comparison;
}

/// The product's migrations and ten more, each a column more on a table of its own.
fs::path with_added_columns(const Server& server) {
  const auto folder = server.folder() / "migrations";
  fs::copy(source_folder() / "examples/saas-schemas/migrations", folder, fs::copy_options::recursive);
  const char* const tables[kAddedColumns] = {"customers", "sites", "assets", "work_orders", "invoices",
                                             "payments",  "parts", "quotes", "employees",   "suppliers"};
  for (int at = 0; at < kAddedColumns; ++at) {
    std::ofstream(folder / "tenant" / fmt::format("{:04}_added.sql", 41 + at))
        << fmt::format("ALTER TABLE {} ADD COLUMN added_{} integer;\n", tables[at], at);
  }
  return folder;
}

/// The same statements, each connection with its half of the tenants.
void add_columns_by_hand(const SchemaFleet& fleet, const fs::path& folder, int tenants) {
  const auto half = [&](int rest) {
    auto connection = fleet.connect();
    for (int number = 1; number <= tenants; ++number) {
      if (number % 2 != rest) continue;
      std::string script = fmt::format("BEGIN; SET LOCAL search_path = tenant_t{}, public;\n", number);
      for (int at = 0; at < kAddedColumns; ++at) {
        std::ifstream file(folder / "tenant" / fmt::format("{:04}_added.sql", 41 + at));
        script += std::string(std::istreambuf_iterator<char>(file), {});
      }
      connection.run_script(sql(script + "COMMIT;"));
    }
  };
  std::jthread other([&] { half(1); });
  half(0);
}

Comparison added_columns(const Server& server, const Scale& scale) {
  const int tenants = scale.rows(200);
  const SchemaFleet fleet(server, "fleet", tenants);
  const auto folder = with_added_columns(server);
  Comparison comparison{.name = "migrate, ten ADD COLUMN, 200 tenants", .target = 2};
  const auto reset = [&] { fleet.reset(); };
  const auto ours = [&] {
    const auto report = schemas::Migrator(fleet.migrations(folder)).run({.connections = 2}, {});
    require(report.count(schemas::SchemaOutcome::applied) == tenants + 1, "not every schema was migrated");
  };
  measure_pairs(comparison, scale.pairs, {reset, ours}, {reset, [&] { add_columns_by_hand(fleet, folder, tenants); }});
  return comparison;
}

schemas::StructureScript reference_script(pg::Connection& connection) {
  const pg::Transaction transaction(connection);
  return schemas::StructureScript::read(connection, "tenant_reference", schemas::StructureScript::Rows::copied);
}

std::vector<Comparison> new_tenants(const SchemaFleet& fleet, const Scale& scale) {
  Comparison created{.name = "a tenant of 60 tables, created", .target = 1.3};
  const auto reset = [&] { fleet.reset(); };
  const auto provision = [&] {
    fleet.provisioner().provision({.tenant = SchemaFleet::tenant(99), .tenant_name = "new", .typed = "new"}, {});
  };
  std::string script;
  const auto read_script = [&] {
    fleet.reset();
    auto connection = fleet.connect();
    script = reference_script(connection).for_schema("tenant_new").text();
  };
  const auto by_hand = [&] { fleet.connect().run_script(sql("BEGIN;" + script + "COMMIT;")); };
  measure_pairs(created, scale.pairs, {reset, provision}, {read_script, by_hand});

  Comparison ready{.name = "a tenant of 60 tables, from the pool", .target = 0.020};
  for (int pair = 0; pair < scale.pairs; ++pair) {
    fleet.reset();
    auto provisioner = fleet.provisioner(1);
    provisioner.fill_pool({});
    ready.ours.push_back(seconds_of([&] {
      const auto made =
          provisioner.provision({.tenant = SchemaFleet::tenant(99), .tenant_name = "new", .typed = "new"}, {});
      require(made.was_ready, "the pool was empty");
    }));
    print_time(ready, "ours", ready.ours.back());
  }
  return {created, ready};
}

std::unique_ptr<store::SpaceStore> store_of(const pg::ConnectionSettings& database) {
  estate::Database rules;
  for (const auto* table : {"countries", "currencies", "plans", "public_holidays"}) {
    rules.tables.push_back({.table = table, .keep_reason = "shared"});
  }
  rules.isolation = SchemaFleet::isolation();
  return std::make_unique<store::SpaceStore>(store::SpaceStoreSettings{.service = "app", .rules = rules},
                                             std::make_unique<store::SchemaSpaces>(database),
                                             std::make_unique<store::PostgresStore>(store::PostgresStoreSettings{
                                                 .service = store::SpaceStore::shared_name("app"),
                                                 .connection = database,
                                                 .rules = rules,
                                                 .tenant_column = "tenant_id",
                                                 .only_schemas = rules.schemas}));
}

Comparison dropped(const SchemaFleet& fleet, const Scale& scale) {
  Comparison comparison{.name = "a tenant of 60 tables, erased", .target = 1.5};
  std::unique_ptr<store::SpaceStore> store;
  const auto reset = [&] {
    store.reset();
    fleet.reset();
    store = store_of(fleet.settings());
    // Tenure's own tables are made once in the life of a database, and a store outlives its calls.
    store->erase({.subject = SchemaFleet::tenant(99)}, patient(), {});
  };
  const auto erase = [&] {
    const auto erasure = store->erase({.subject = SchemaFleet::tenant(1)}, patient(), {});
    require(erasure.deleted_counts.size() > 50, "there was nothing to erase");
  };
  const auto by_hand = [&] { fleet.connect().run_script(sql("DROP SCHEMA tenant_t1 CASCADE")); };
  measure_pairs(comparison, scale.pairs, {reset, erase}, {reset, by_hand});
  return comparison;
}

bool runs_out_of_locks(pg::Connection& connection, const std::string& statement) {
  try {
    connection.exec(sql(statement));
  } catch (const Error& error) {
    return error.sqlstate() == kOutOfMemory;
  }
  return false;
}

/// That DROP SCHEMA cannot do it here is checked first.
Comparison many_tables(const SchemaFleet& fleet, const Scale& scale) {
  const int tables = scale.rows(kManyTables);
  fleet.reset();
  auto connection = fleet.connect();
  for (int first = 1; first <= tables; first += 250) {
    connection.run_script(
        sql(fmt::format("DO $$ BEGIN FOR i IN {}..{} LOOP EXECUTE format('CREATE TABLE tenant_t1.extra_%s (id bigint "
                        "primary key, note text)', i); END LOOP; END $$",
                        first, std::min(tables, first + 249))));
  }
  require(scale.is_quick || runs_out_of_locks(connection, "DROP SCHEMA tenant_t1 CASCADE"),
          "DROP SCHEMA had locks enough");
  Comparison comparison{.name = "a tenant of 5,000 tables, erased"};
  auto store = store_of(fleet.settings());
  comparison.ours.push_back(seconds_of([&] {
    const auto erasure = store->erase({.subject = SchemaFleet::tenant(1)}, patient(), {});
    require(std::ssize(erasure.deleted_counts) > tables, "there were other tables");
  }));
  print_time(comparison, "ours", comparison.ours.back());
  return comparison;
}

/// Schemas tenant_t`first` to `last` like the reference, over two connections.
void add_schemas(const SchemaFleet& fleet, int first, int last) {
  std::cout << fmt::format("  making {} schemas of 60 tables ...", last - first + 1) << std::endl;
  auto connection = fleet.connect();
  const auto script = reference_script(connection);
  const auto every_second = [&](pg::Connection& session, int from) {
    for (int number = from; number <= last; number += 2) {
      session.run_script(sql("BEGIN;" + script.for_schema(fmt::format("tenant_t{}", number)).text() + "COMMIT;"));
    }
  };
  {
    const std::jthread other([&] {
      auto session = fleet.connect();
      every_second(session, first + 1);
    });
    every_second(connection, first);
  }
  record_schemas(connection, "t", first, last);
  // As autovacuum would have done meanwhile.
  connection.exec(
      sql("VACUUM (ANALYZE) pg_class, pg_attribute, pg_attrdef, pg_constraint, pg_index, pg_type, pg_proc, pg_trigger, "
          "pg_sequence, pg_namespace, tenure.schemas"));
}

double drift_time(const SchemaFleet& fleet) {
  return seconds_of([&] {
    const auto report = schemas::find_drift(fleet.settings(), {"public"}, "");
    require(!report.has_drift(), "schemas differ");
  });
}

/// The same database with half of the schemas, then with all.
std::vector<Comparison> drift(const Server& server, const Scale& scale) {
  const int all = scale.rows(1'000);
  const SchemaFleet fleet(server, "drift", 0);
  fleet.reset();
  Comparison time{.name = "schema diff, 1,000 schemas of 60 tables", .target = 10};
  Comparison growth{.name = "schema diff, 1,000 schemas against 500", .target = 2.2};
  add_schemas(fleet, 1, all / 2);
  for (int turn = 0; turn < scale.pairs; ++turn) {
    growth.baseline.push_back(drift_time(fleet));
    print_time(growth, "baseline", growth.baseline.back());
  }
  add_schemas(fleet, all / 2 + 1, all);
  for (int turn = 0; turn < scale.pairs; ++turn) {
    growth.ours.push_back(drift_time(fleet));
    print_time(growth, "ours", growth.ours.back());
  }
  time.ours = growth.ours;
  return {time, growth};
}

}  // namespace

std::vector<Comparison> schema_migrations(const Server& server, const Scale& scale) {
  return {nothing_to_do(server, scale), added_columns(server, scale)};
}

std::vector<Comparison> schema_tenants(const Server& server, const Scale& scale) {
  const SchemaFleet fleet(server, "tenants", 1);
  auto figures = new_tenants(fleet, scale);
  figures.push_back(dropped(fleet, scale));
  figures.push_back(many_tables(fleet, scale));
  return figures;
}

std::vector<Comparison> schema_drift(const Server& server, const Scale& scale) { return drift(server, scale); }

}  // namespace tenure::bench
