#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"

// D1, C7, A6, A7: the bakery with recipes in a schema a tenant, suppliers in a database a tenant, and rows of all
// tenants elsewhere. One tenant is erased and comes back, row for row, and its neighbour never changes.
namespace tenure::e2e {
namespace {

constexpr const char* kSchemas = "recipes";
constexpr const char* kDatabases = "suppliers";
constexpr const char* kSchemaFiles = TENURE_SOURCE_DIR "/examples/bakery/schemas/";

/// The bakery's databases under another control database and another record of tenants, so that its own server, whose
/// sweep runs the deletions that it finds begun, does not run these jobs; and two services of it in databases of their
/// own.
class IsolatedBakery : public ::testing::Test {
 protected:
  IsolatedBakery() {
    for (const auto* database :
         {"isolated_control", "isolated_tenant", "isolated_recipes", "isolated_suppliers", "suppliers_reference"}) {
      databases_.create(database);
    }
    run_in("suppliers_reference", schema_of(kDatabases));
    folder_.write("migrations/tenant/0001_recipes.sql", schema_of(kSchemas));
    environment_["CONTROL_DATABASE_URL"] = databases_.url("isolated_control");
    environment_["TENANT_DATABASE_URL"] = databases_.url("isolated_tenant");
    for (const auto& service : bakery_services()) {
      auto name = service.name;
      for (auto& letter : name) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      environment_[name + "_DATABASE_URL"] =
          databases_.url(is_isolated(service) ? "isolated_" + service.name : service.name);
    }
    write_estate();
  }

  static bool is_isolated(const BakeryService& service) {
    return service.name == kSchemas || service.name == kDatabases;
  }
  static std::string schema_of(const std::string& service) {
    std::ifstream file(kSchemaFiles + service + ".sql");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// The bakery's estate file, whose rules for tables of recipes and suppliers give way to how they are kept apart.
  void write_estate() const {
    std::ifstream example(kBakeryEstate);
    std::ofstream file(estate_);
    std::string service;
    bool is_rule = false;
    for (std::string line; std::getline(example, line);) {
      if (line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(":")) {
        service = line.substr(2, line.size() - 3);
      }
      const bool is_of_isolated = service == kSchemas || service == kDatabases;
      is_rule = is_of_isolated && (line == "    tables:" || (is_rule && line.starts_with("      ")));
      if (is_rule) continue;
      const auto schemas = line.find("schemas/");
      if (schemas != std::string::npos) line.insert(schemas, TENURE_SOURCE_DIR "/examples/bakery/");
      file << line << "\n";
      if (!line.starts_with("    schema_file:")) continue;
      if (service == kSchemas) file << "    isolation: {model: schema, migrations: migrations, users: none}\n";
      if (service == kDatabases) file << "    isolation: {model: database, users: none}\n";
    }
  }

  test::Finished run(std::vector<std::string> words) const {
    words.insert(words.end(), {"--estate", estate_.string()});
    return run_tenure(words, environment_);
  }
  void run_in(const std::string& database, const std::string& script) const {
    databases_.connect(database).run_script(sql_of_test(script));
  }
  /// On a session of its own: nobody may be in a database that is copied, and an erasure ends who is in a tenant's.
  std::string value_in(const std::string& database, const std::string& query) const {
    return databases_.connect(database).exec(sql_of_test(query)).optional_text(0, 0).value_or("NULL");
  }
  std::string name_of(const std::string& service, const TenantId& tenant) const {
    return value_in("isolated_" + service,
                    fmt::format("SELECT min(name) FROM tenure.schemas WHERE tenant_id = '{}'", tenant.str()));
  }

  /// A tenant made through the server, with rows in every table of every service.
  TenantId tenant(const Server& server, const std::string& owner, const std::string& name) {
    const auto made =
        server.send("POST", "/api/v1/tenants", bakery_.service_token(), {}, {{"name", name}, {"owner_id", owner}});
    EXPECT_EQ(made.status, 201) << made;
    const auto id = TenantId::parse(made.body.at("tenant_id").get<std::string>());
    std::string others;
    for (const auto& service : bakery_services()) {
      if (!is_isolated(service)) others += (others.empty() ? "" : ",") + service.name;
    }
    seed(id, others, databases_.url("{database}"), {});
    seed(id, kSchemas,
         fmt::format("{} options='-c search_path={}'", databases_.url("{database}"), name_of(kSchemas, id)),
         {"--database", "recipes=isolated_recipes"});
    seed(id, kDatabases, databases_.url("{database}"), {"--database", "suppliers=" + name_of(kDatabases, id)});
    return id;
  }
  void seed(const TenantId& tenant, const std::string& services, const std::string& dsn,
            std::vector<std::string> more) const {
    std::vector<std::string> command{"python3",         TENURE_SOURCE_DIR "/examples/bakery/seed.py",
                                     "--dsn",           dsn,
                                     "--artifact-root", bakery_.artifacts().string(),
                                     "--rows",          "200",
                                     "--services",      services,
                                     "--tenant",        tenant.str()};
    command.insert(command.end(), more.begin(), more.end());
    const auto seeded = test::run_process(std::move(command), {.environment = {{"PYTHONDONTWRITEBYTECODE", "1"}}});
    ASSERT_EQ(seeded.status, 0) << seeded.errors;
  }

  /// By service and table: how many rows of the tenant there are, and which. What it has of its own may be gone.
  std::map<std::string, std::string> rows_of(const TenantId& tenant) {
    std::map<std::string, std::string> rows;
    for (const auto& service : bakery_services()) {
      for (const auto& table : tables_of(service)) {
        if (!table.is_shared) rows[service.name + "." + table.name] = rows_of(service, table, tenant);
      }
    }
    return rows;
  }
  std::string rows_of(const BakeryService& service, const BakeryTable& table, const TenantId& tenant) {
    constexpr const char* kDigest =
        "SELECT concat(count(*), ': ', md5(string_agg(r::text, ';' ORDER BY r::text))) FROM {} r";
    if (!is_isolated(service)) {
      const auto where = owned_by(service, table, tenant);
      return fmt::format("{}: {}", databases_.count(service.name, table.name, where),
                         databases_.digest(service.name, table.name, where));
    }
    const auto name = name_of(service.name, tenant);
    if (name == "NULL") return "gone";
    if (service.name == kSchemas) {
      return value_in("isolated_recipes", fmt::format(kDigest, fmt::format("\"{}\".{}", name, table.name)));
    }
    return value_in(name, fmt::format(kDigest, table.name));
  }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  const test::TemporaryFolder folder_;
  const std::filesystem::path estate_ = folder_.path() / "estate.yaml";
  Environment environment_ = bakery_.environment();
};

TEST_F(IsolatedBakery, ATenantIsErasedFromRowsASchemaAndADatabaseAndComesBack) {
  const auto migrated = run({"migrate", "--tenant"});
  ASSERT_EQ(migrated.status, 0) << migrated.errors;
  const auto made = run({"user", "create", "isolated@example.org", "--name", "Ana", "--no-password", "--json"});
  ASSERT_EQ(made.status, 0) << made.errors;
  const auto owner = json::parse(made.output).at("user_id").get<std::string>();
  Server server({"--estate", estate_.string(), "--listen", "127.0.0.1:0"}, environment_);
  const auto mine = tenant(server, owner, "Le Four Isolé");
  const auto neighbour = tenant(server, owner, "La Voisine");
  const auto before = rows_of(mine);
  const auto neighbours_rows = rows_of(neighbour);
  const auto schema = name_of(kSchemas, mine);
  const auto database = name_of(kDatabases, mine);

  const auto preview = server.send("GET", "/api/v1/deletion-preview/" + mine.str(), bakery_.service_token());
  ASSERT_EQ(preview.status, 200) << preview;
  const auto job = server.send("DELETE", "/api/v1/tenants/" + mine.str(), bakery_.service_token());
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["status"], "completed") << job;
  for (const auto& service : bakery_services()) {
    const auto& result = job.body["service_results"][service.name];
    EXPECT_EQ(result["deleted_counts"], preview.body["services"][service.name]["data_counts"]) << service.name;
    EXPECT_GT(result["total"], 0) << service.name;
  }
  EXPECT_EQ(value_in("isolated_recipes", "SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'"), "0");
  EXPECT_EQ(value_in("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"), "0");
  EXPECT_EQ(rows_of(neighbour), neighbours_rows);

  const auto id = job.body["job_id"].get<std::string>();
  const auto path = "/api/v1/auth/deletion-jobs/" + id;
  ASSERT_EQ(server.send("POST", path + "/restore", bakery_.service_token()).status, 202);
  databases_.wait_until("isolated_control",
                        fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') IN ('rolled_back', "
                                    "'compensation_failed')",
                                    id));
  const auto restored = server.send("GET", path, bakery_.service_token());
  EXPECT_EQ(restored.body["status"], "rolled_back") << restored;
  EXPECT_EQ(rows_of(mine), before) << "row for row";
  EXPECT_EQ(name_of(kSchemas, mine), schema);
  EXPECT_EQ(name_of(kDatabases, mine), database);
  EXPECT_EQ(rows_of(neighbour), neighbours_rows);
  EXPECT_EQ(server.stop(), 0) << server.errors();
}

}  // namespace
}  // namespace tenure::e2e
