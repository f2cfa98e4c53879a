#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"

// The deletion contract over HTTP for each of the twelve services (A1 to A7). What is right is counted and hashed here
// with SQL of the tests' own.
namespace tenure::e2e {
namespace {

using Counts = std::map<std::string, std::int64_t>;
using Digests = std::map<std::string, std::string>;

/// One tenant for all services: each holds rows of its own for it.
const SeededTenant& tenant() {
  static const SeededTenant taken = Bakery::instance().take_tenant();
  return taken;
}

std::int64_t total_of(const Counts& counts) {
  std::int64_t total = 0;
  for (const auto& [table, count] : counts) total += count;
  return total;
}

class ServiceContract : public ::testing::TestWithParam<std::string> {
 protected:
  std::string path(const std::string& id = tenant().id.str()) const {
    return fmt::format("/api/v1/{}/tenant/{}", service_.prefix, id);
  }
  Answer preview() { return bakery_.send("GET", path() + "/deletion-preview"); }
  Answer erase(std::vector<std::string> headers = {}) { return bakery_.send("DELETE", path(), std::move(headers)); }

  /// As the contract's bodies name them, artifact files included.
  Counts rows_of_tenant() {
    Counts counts;
    for (const auto& table : tables_of(service_)) {
      if (table.is_shared) continue;
      counts[table.name] = databases_.count(service_.name, table.name, owned_by(service_, table, tenant().id));
      if (table.name == "model_artifacts") counts["model_artifacts.storage_path"] = counts[table.name];
    }
    return counts;
  }

  Digests digests(bool without_tenant) {
    Digests found;
    for (const auto& table : tables_of(service_)) {
      const auto mine = owned_by(service_, table, tenant().id);
      found[table.name] = databases_.digest(service_.name, table.name, without_tenant ? "NOT (" + mine + ")" : "true");
    }
    return found;
  }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  const BakeryService& service_ = bakery_service(GetParam());
};

// The tests below look at every table there is: one that they do not know would be an unseen survivor.
TEST_P(ServiceContract, TablesOfTheTestAreThoseOfTheDatabase) {
  std::set<std::string> known;
  for (const auto& table : tables_of(service_)) known.insert(table.name);
  std::set<std::string> found;
  auto session = databases_.connect(service_.name);
  const auto rows = session.exec(sql_of_test("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));
  for (int row = 0; row < rows.rows(); ++row) found.insert(rows.text(row, 0));
  EXPECT_EQ(known, found);
}

// A3
TEST_P(ServiceContract, AnswersServiceTokensForItOnly) {
  const auto id = TenantId::random().str();
  const auto other = service_.prefix == "orders" ? "sales" : "orders";
  const auto preview_path = path(id) + "/deletion-preview";
  for (const auto& [method, route] : std::map<std::string, std::string>{{"GET", preview_path}, {"DELETE", path(id)}}) {
    const auto status = [&, method = method, route = route](const Secret& token) {
      return bakery_.server().send(method, route, token).status;
    };
    EXPECT_EQ(status(bakery_.service_token(service_.prefix)), 200) << method;
    EXPECT_EQ(status(bakery_.service_token("tenure")), 200) << method;
    EXPECT_EQ(status(bakery_.user_token(service_.prefix)), 403) << method;
    EXPECT_EQ(status(Secret()), 401) << method;
    EXPECT_EQ(status(Secret("garbage")), 401) << method;
    EXPECT_EQ(status(bakery_.service_token(other)), 401) << method;
  }
}

// A1, A2, A4, A5, A6, A7
TEST_P(ServiceContract, PreviewsAndErasesTheTenantAndNothingElse) {
  const auto rows = rows_of_tenant();
  for (const auto& [table, count] : rows) ASSERT_GT(count, 0) << table << ": nothing to erase";
  const auto everything = digests(false);
  const auto neighbours = digests(true);

  const auto preview_answer = preview();
  ASSERT_EQ(preview_answer.status, 200) << preview_answer;
  EXPECT_EQ(preview_answer.body.at("tenant_id"), tenant().id.str());
  EXPECT_EQ(preview_answer.body.at("service"), service_.name);
  EXPECT_EQ(preview_answer.body.at("data_counts").get<Counts>(), rows);
  EXPECT_EQ(preview_answer.body.at("total_items"), total_of(rows));
  EXPECT_EQ(digests(false), everything) << "the preview changed something";

  const auto erased = erase({"Idempotency-Key: first"});
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_TRUE(erased.body.at("message").is_string());
  const auto& summary = erased.body.at("summary");
  EXPECT_EQ(summary.at("tenant_id"), tenant().id.str());
  EXPECT_EQ(summary.at("service"), service_.name);
  EXPECT_EQ(summary.at("success"), true);
  EXPECT_EQ(summary.at("deleted_counts").get<Counts>(), rows);
  EXPECT_EQ(summary.at("total_deleted"), total_of(rows));
  EXPECT_EQ(summary.at("errors"), json::array());
  EXPECT_LE(summary.at("started_at").get<std::string>(), summary.at("completed_at").get<std::string>());
  EXPECT_EQ(total_of(rows_of_tenant()), 0);
  EXPECT_EQ(digests(true), neighbours) << "somebody else's rows, or rows that stay, have changed";

  const auto again = erase();
  ASSERT_EQ(again.status, 200) << again;
  EXPECT_EQ(again.body["summary"]["success"], true);
  EXPECT_EQ(total_of(again.body["summary"]["deleted_counts"].get<Counts>()), 0);
}

// A5, C6: one more row comes, so that an erasure that runs again would be seen.
TEST_P(ServiceContract, SameIdempotencyKeyGetsTheFirstAnswer) {
  const auto late = TenantId::random();
  const auto one_row =
      fmt::format("INSERT INTO audit_logs (tenant_id, action, entity_type) VALUES ('{}', 'late', 'test')", late.str());
  databases_.run(service_.name, one_row);
  const auto send = [&](const std::string& key) {
    return bakery_.send("DELETE", path(late.str()), {"Idempotency-Key: " + key});
  };
  const auto key = "key-" + late.str();
  const auto first = send(key);
  ASSERT_EQ(first.status, 200) << first;
  EXPECT_EQ(first.headers.count("idempotent-replayed"), 0U);
  EXPECT_EQ(first.body["summary"]["total_deleted"], 1);
  databases_.run(service_.name, one_row);
  const auto replay = send(key);
  ASSERT_EQ(replay.status, 200) << replay;
  EXPECT_EQ(replay.headers.at("idempotent-replayed"), "true");
  EXPECT_EQ(replay.body["summary"]["deleted_counts"], first.body["summary"]["deleted_counts"]);
  EXPECT_EQ(replay.body["summary"]["digest"], first.body["summary"]["digest"]);
  const auto where = fmt::format("tenant_id = '{}'", late.str());
  EXPECT_EQ(databases_.count(service_.name, "audit_logs", where), 1);
  EXPECT_EQ(send(key + "-next").body["summary"]["total_deleted"], 1);
  EXPECT_EQ(databases_.count(service_.name, "audit_logs", where), 0);
}

// A4: children before parents and audit tables last, as the plan says in which order the transaction deletes.
TEST_P(ServiceContract, AuditLogsGoLastAndParentsAfterTheirChildren) {
  const auto plan = bakery_.run({"plan", service_.name, "--estate", kBakeryEstate, "--embedded", "--json"});
  ASSERT_EQ(plan.status, 0) << plan.errors;
  const auto body = json::parse(plan.output);
  std::vector<std::string> order;
  for (const auto& step : body.at("steps")) {
    if (step.at("action") != "delete") continue;
    for (const auto& table : step.at("tables")) order.push_back(table);
  }
  ASSERT_FALSE(order.empty());
  EXPECT_EQ(order.back(), "audit_logs");
  const auto place = [&](const std::string& table) {
    return std::find(order.begin(), order.end(), table) - order.begin();
  };
  for (const auto& table : service_.tables) {
    if (table.is_shared) continue;
    EXPECT_LT(place(table.name), table.parent.empty() ? place("audit_logs") : place(table.parent)) << table.name;
  }
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& service : bakery_services()) all.push_back(service.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(AllTwelve, ServiceContract, ::testing::ValuesIn(names()),
                         [](const auto& test) { return test.param; });

// ---- what is special about some ---------------------------------------------------------------

class BakeryContract : public ::testing::Test {
 protected:
  Answer erase(const std::string& prefix, const TenantId& id) {
    return bakery_.send("DELETE", fmt::format("/api/v1/{}/tenant/{}", prefix, id.str()));
  }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
};

// A4
TEST_F(BakeryContract, WeatherAndTrafficOfCitiesStay) {
  const auto weather = databases_.digest("external", "city_weather");
  const auto traffic = databases_.digest("external", "city_traffic");
  ASSERT_GT(databases_.count("external", "city_weather"), 0);
  ASSERT_GT(databases_.count("external", "city_traffic"), 0);
  const auto erased = erase("external", bakery_.take_tenant().id);
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(databases_.digest("external", "city_weather"), weather);
  EXPECT_EQ(databases_.digest("external", "city_traffic"), traffic);
  EXPECT_FALSE(erased.body["summary"]["deleted_counts"].contains("city_weather"));
}

// A4
TEST_F(BakeryContract, SystemTemplatesStayTheTenantsOwnToo) {
  const auto taken = bakery_.take_tenant();
  const auto own = fmt::format("tenant_id = '{}'", taken.id.str());
  const auto system = databases_.digest("notification", "notification_templates", "is_system");
  const auto kept = databases_.count("notification", "notification_templates", own + " AND is_system");
  ASSERT_GT(kept, 0);
  const auto preview =
      bakery_.send("GET", fmt::format("/api/v1/notifications/tenant/{}/deletion-preview", taken.id.str()));
  EXPECT_EQ(preview.body["kept"]["notification_templates"]["rows"], kept);
  EXPECT_EQ(preview.body["kept"]["notification_templates"]["reason"], "shipped with the product (is_system = true)");
  ASSERT_EQ(erase("notifications", taken.id).status, 200);
  EXPECT_EQ(databases_.count("notification", "notification_templates", own + " AND NOT is_system"), 0);
  EXPECT_EQ(databases_.digest("notification", "notification_templates", "is_system"), system);
}

// A4: the files that rows name go with them, the neighbours' stay.
TEST_F(BakeryContract, ArtifactFilesGoWithTheirRows) {
  const auto taken = bakery_.take_tenant();
  const auto paths = [&](const std::string& where) {
    std::vector<std::filesystem::path> found;
    auto session = databases_.connect("training");
    const auto rows = session.exec(sql_of_test("SELECT storage_path FROM model_artifacts WHERE " + where));
    for (int row = 0; row < rows.rows(); ++row) found.push_back(bakery_.artifacts() / rows.text(row, 0));
    return found;
  };
  const auto mine = paths(fmt::format("tenant_id = '{}'", taken.id.str()));
  const auto others = paths(fmt::format("tenant_id <> '{}'", taken.id.str()));
  ASSERT_FALSE(mine.empty());
  ASSERT_FALSE(others.empty());
  for (const auto& path : mine) ASSERT_TRUE(std::filesystem::exists(path)) << path;
  const auto erased = erase("training", taken.id);
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["summary"]["deleted_counts"]["model_artifacts.storage_path"], mine.size());
  for (const auto& path : mine) EXPECT_FALSE(std::filesystem::exists(path)) << path;
  for (const auto& path : others) EXPECT_TRUE(std::filesystem::exists(path)) << path;
}

}  // namespace
}  // namespace tenure::e2e
