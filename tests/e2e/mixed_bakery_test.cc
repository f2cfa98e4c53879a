#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <list>
#include <sstream>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"
#include "tests/support/rabbitmq.h"

// C11, C7, A6: each of the bakery's twelve services reached directly, over HTTP and by message, in one estate with a
// process for each service that another process can hold; what was deleted comes back by the same ways.
namespace tenure::e2e {
namespace {

enum class Way { direct, http, event };

/// The bakery's databases under another control database and another record of tenants, so that its own server, whose
/// sweep runs the deletions that it finds begun, does not run these jobs.
class MixedBakery {
 public:
  MixedBakery() {
    bakery_.databases().create("mixed_control");
    bakery_.databases().create("mixed_tenant");
    environment_["CONTROL_DATABASE_URL"] = bakery_.databases().url("mixed_control");
    environment_["TENANT_DATABASE_URL"] = bakery_.databases().url("mixed_tenant");
    for (const auto& service : bakery_services()) {
      auto name = service.name;
      for (auto& letter : name) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      environment_[name + "_DATABASE_URL"] = bakery_.databases().url(service.name);
    }
  }

  /// The bakery's estate file with a `via:` for each service that has one here, and a broker.
  std::string write(const std::string& name, const std::map<std::string, std::string>& via) const {
    std::ifstream example(kBakeryEstate);
    std::ofstream file(folder_.path() / name);
    for (std::string line; std::getline(example, line);) {
      if (line == "defaults:") file << fmt::format("broker: {{url: \"{}\"}}\n\n", broker_.url());
      const auto schemas = line.find("schemas/");
      if (schemas != std::string::npos) line.insert(schemas, TENURE_SOURCE_DIR "/examples/bakery/");
      file << line << "\n";
      if (!line.starts_with("  ") || line.starts_with("   ") || !line.ends_with(":")) continue;
      const auto found = via.find(line.substr(2, line.size() - 3));
      if (found != via.end()) file << "    via: " << found->second << "\n";
    }
    return (folder_.path() / name).string();
  }

  const Environment& environment() const { return environment_; }

  /// Enters a tenant of the bakery's here, unless it is there; a server has made the tables of the record.
  void enter(const SeededTenant& tenant) {
    if (bakery_.databases().count("mixed_tenant", "tenancy.tenants") > 0) return;
    bakery_.databases().run("mixed_tenant",
                            fmt::format("BEGIN; INSERT INTO tenancy.tenants (id, name, slug, owner_id) VALUES ('{0}', "
                                        "$${1}$$, 'le-four', '{0}'); INSERT INTO tenancy.tenant_members (tenant_id, "
                                        "user_id, role) VALUES ('{0}', '{0}', 'owner'); COMMIT",
                                        tenant.id.str(), tenant.name));
  }

  /// By service and table: how many rows of the tenant there are, and which.
  std::map<std::string, std::string> rows_of(const TenantId& tenant) {
    std::map<std::string, std::string> rows;
    for (const auto& service : bakery_services()) {
      for (const auto& table : tables_of(service)) {
        if (table.is_shared) continue;
        const auto where = owned_by(service, table, tenant);
        rows[service.name + "." + table.name] =
            fmt::format("{}: {}", bakery_.databases().count(service.name, table.name, where),
                        bakery_.databases().digest(service.name, table.name, where));
      }
    }
    return rows;
  }

  Bakery& bakery() { return bakery_; }

 private:
  Bakery& bakery_ = Bakery::instance();
  const test::TestBroker broker_;
  const test::TemporaryFolder folder_;
  Environment environment_ = bakery_.environment();
};

MixedBakery& mixed() {
  static MixedBakery mixed;
  return mixed;
}

class MixedBakeryTest : public ::testing::TestWithParam<int> {
 protected:
  /// Over the three instances of the test each service goes each way.
  static Way way_of(std::size_t service) {
    return static_cast<Way>((service + static_cast<std::size_t>(GetParam())) % 3);
  }

  /// Starts a process for each service that is not direct, and the one that runs the jobs.
  void start() {
    std::map<std::string, std::string> via;
    std::vector<std::string> more;
    for (std::size_t at = 0; at < bakery_services().size(); ++at) {
      const auto& name = bakery_services()[at].name;
      if (way_of(at) == Way::event) via[name] = "event";
      if (way_of(at) == Way::event) more.insert(more.end(), {"--except", name});
    }
    const auto file = mixed().write("services.yaml", via);
    for (std::size_t at = 0; at < bakery_services().size(); ++at) {
      const auto& name = bakery_services()[at].name;
      if (way_of(at) == Way::direct) continue;
      serve(file, {"--service", name});
      if (way_of(at) == Way::http) via[name] = processes_.back().url();
    }
    serve(mixed().write("jobs.yaml", via), more);
  }
  void serve(const std::string& estate, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"--estate", estate, "--listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    processes_.emplace_back(arguments, mixed().environment());
  }

  Answer send(const std::string& method, const std::string& path) {
    return processes_.back().send(method, path, mixed().bakery().service_token());
  }

  std::list<Server> processes_;
};

TEST_P(MixedBakeryTest, ATenantIsErasedAndComesBackEachServiceItsOwnWay) {
  static const SeededTenant tenant = mixed().bakery().take_tenant();
  const auto& neighbour = mixed().bakery().neighbour();
  const auto before = mixed().rows_of(tenant.id);
  const auto neighbours_rows = mixed().rows_of(neighbour.id);
  start();
  mixed().enter(tenant);

  const auto preview = send("GET", "/api/v1/deletion-preview/" + tenant.id.str());
  ASSERT_EQ(preview.status, 200) << preview;
  const auto job = send("DELETE", "/api/v1/tenants/" + tenant.id.str());
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["status"], "completed") << job;
  for (std::size_t at = 0; at < bakery_services().size(); ++at) {
    const auto& name = bakery_services()[at].name;
    const auto& result = job.body["service_results"][name];
    EXPECT_EQ(result["deleted_counts"], preview.body["services"][name]["data_counts"]) << name;
    EXPECT_GT(result["total"], 0) << name;
    EXPECT_EQ(mixed().bakery().databases().count(
                  "mixed_control", "tenure.service_calls",
                  fmt::format("r.service = '{}' AND r.answer->>'operation' = 'erase' AND EXISTS (SELECT FROM "
                              "tenure.outbox WHERE message_id = r.request_id AND payload->>'job_id' = '{}')",
                              name, job.body["job_id"].get<std::string>())),
              way_of(at) == Way::event ? 1 : 0)
        << name;
  }
  EXPECT_NE(mixed().rows_of(tenant.id), before);
  EXPECT_EQ(mixed().rows_of(neighbour.id), neighbours_rows);

  const auto path = "/api/v1/auth/deletion-jobs/" + job.body["job_id"].get<std::string>();
  ASSERT_EQ(send("POST", path + "/restore").status, 202);
  mixed().bakery().databases().wait_until(
      "mixed_control", fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') IN ('rolled_back', "
                                   "'compensation_failed')",
                                   job.body["job_id"].get<std::string>()));
  EXPECT_EQ(send("GET", path).body["status"], "rolled_back") << send("GET", path);
  EXPECT_EQ(mixed().rows_of(tenant.id), before) << "row for row";
  for (auto& process : processes_) EXPECT_EQ(process.stop(), 0) << process.errors();
}

INSTANTIATE_TEST_SUITE_P(Turns, MixedBakeryTest, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace tenure::e2e
