#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "tests/e2e/bakery_tables.h"
#include "tests/e2e/shop.h"

// Deletion jobs over HTTP: C1 to C4, C12, C13.
namespace tenure::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// ---- on the bakery, with all of its services --------------------------------------------------

class BakeryJobs : public ::testing::Test {
 protected:
  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
};

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// C12, A1
TEST_F(BakeryJobs, PreviewIsTheSumOfTheServicesPreviews) {
  const auto tenant = bakery_.take_tenant();
  const auto preview = bakery_.send("GET", "/api/v1/deletion-preview/" + tenant.id.str());
  ASSERT_EQ(preview.status, 200) << preview;
  EXPECT_EQ(preview.body["tenant_id"], tenant.id.str());
  EXPECT_EQ(preview.body["tenant_name"], tenant.name);
  EXPECT_EQ(preview.body["services_failed"], 0);
  EXPECT_EQ(preview.body["services"].size(), bakery_services().size() + 1);
  std::int64_t total = preview.body["services"]["tenant"]["total_items"];
  for (const auto& service : bakery_services()) {
    const auto own =
        bakery_.send("GET", fmt::format("/api/v1/{}/tenant/{}/deletion-preview", service.prefix, tenant.id.str()));
    EXPECT_EQ(preview.body["services"][service.name], own.body) << service.name;
    total += own.body["total_items"].get<std::int64_t>();
  }
  EXPECT_EQ(preview.body["total_items"], total);
  EXPECT_EQ(preview.body["services"]["external"]["kept"]["city_weather"]["reason"],
            "shared by all tenants: the weather of a city");
}

// C1, C2, C3, C4, C13
TEST_F(BakeryJobs, ErasesATenantFromEveryServiceAndKeepsTheResult) {
  const auto tenant = bakery_.take_tenant();
  const auto preview = bakery_.send("GET", "/api/v1/deletion-preview/" + tenant.id.str()).body;
  const auto answer = bakery_.send("DELETE", "/api/v1/tenants/" + tenant.id.str());
  ASSERT_EQ(answer.status, 200) << answer;
  const auto& job = answer.body;
  // Those of C2, and more.
  EXPECT_THAT(keys_of(job), ::testing::IsSupersetOf({"job_id", "status", "tenant_id", "tenant_name", "initiated_by",
                                                     "total_items_deleted", "services_completed", "services_failed",
                                                     "service_results", "duration", "started_at", "completed_at"}));
  EXPECT_EQ(job["status"], "completed");
  EXPECT_EQ(job["tenant_id"], tenant.id.str());
  EXPECT_EQ(job["tenant_name"], tenant.name);
  EXPECT_EQ(job["total_items_deleted"], preview["total_items"]);
  EXPECT_EQ(job["services_completed"], 13);
  EXPECT_EQ(job["services_failed"], 0);
  EXPECT_GE(job["duration"].get<double>(), 0);
  EXPECT_LE(job["started_at"].get<std::string>(), job["completed_at"].get<std::string>());
  ASSERT_EQ(job["service_results"].size(), 13U);
  for (const auto& [service, result] : job["service_results"].items()) {
    EXPECT_THAT(keys_of(result),
                UnorderedElementsAre("status", "deleted_counts", "total", "errors", "attempts", "duration"));
    EXPECT_EQ(result["status"], "done") << service;
    EXPECT_EQ(result["deleted_counts"], preview["services"][service]["data_counts"]) << service;
    EXPECT_EQ(result["total"], preview["services"][service]["total_items"]) << service;
    EXPECT_EQ(result["errors"], json::array()) << service;
    EXPECT_EQ(result["attempts"], 1) << service;
  }
  EXPECT_EQ(databases_.count("tenant", "tenancy.tenants", fmt::format("id = '{}'", tenant.id.str())), 0);
  const auto id = job["job_id"].get<std::string>();
  EXPECT_EQ(bakery_.send("GET", "/api/v1/auth/deletion-jobs/" + id).body, job);

  const auto stored = fmt::format(
      "id = '{}' AND tenant_id = '{}' AND tenant_name = '{}' AND status = 'completed' AND "
      "total_items_deleted = {} AND started_at <= completed_at AND created_at <= started_at "
      "AND initiated_by IS NULL AND cardinality(error_log) = 0",
      id, tenant.id.str(), "Le Four d''Or" + tenant.name.substr(tenant.name.find(" n°")),
      job["total_items_deleted"].get<std::int64_t>());
  EXPECT_EQ(databases_.count("control", "tenure.deletion_jobs", stored), 1);
  const auto results = json::parse(
      databases_.value("control", fmt::format("SELECT service_results FROM tenure.deletion_jobs WHERE id = '{}'", id)));
  EXPECT_EQ(results.size(), 13U);
  EXPECT_EQ(results["orders"]["deleted_counts"], job["service_results"]["orders"]["deleted_counts"]);
  // C13: its step began after every other had ended.
  EXPECT_EQ(databases_.value("control", fmt::format("SELECT bool_and(last.started_at >= other.completed_at) FROM "
                                                    "tenure.deletion_steps last, tenure.deletion_steps other WHERE "
                                                    "last.job_id = '{0}' AND other.job_id = '{0}' AND last.service = "
                                                    "'tenant' AND other.service <> 'tenant'",
                                                    id)),
            "t");
}

// C3
TEST_F(BakeryJobs, TableHasTheColumnsAndIndexesOfTheSpecification) {
  const auto type_of = [&](const std::string& column) {
    return databases_.value("control",
                            fmt::format("SELECT format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN "
                                        "' not null' ELSE '' END FROM pg_attribute WHERE attrelid = "
                                        "'tenure.deletion_jobs'::regclass AND attname = '{}'",
                                        column));
  };
  EXPECT_EQ(type_of("id"), "uuid not null");
  // Without a tenant there is a user (docs/decisions/0011-a-users-deletion-is-a-deletion-job.md), and nothing else.
  EXPECT_EQ(type_of("tenant_id"), "uuid");
  EXPECT_EQ(databases_.count("control", "pg_constraint",
                             "conrelid = 'tenure.deletion_jobs'::regclass AND pg_get_constraintdef(oid) = "
                             "'CHECK ((num_nonnulls(tenant_id, user_id) = 1))'"),
            1);
  EXPECT_EQ(type_of("tenant_name"), "character varying(255)");
  EXPECT_EQ(type_of("initiated_by"), "uuid");
  EXPECT_EQ(type_of("status"), "character varying(50) not null");
  EXPECT_THAT(type_of("service_results"), HasSubstr("jsonb"));
  EXPECT_THAT(type_of("total_items_deleted"), HasSubstr("bigint"));
  EXPECT_EQ(type_of("started_at"), "timestamp with time zone");
  EXPECT_EQ(type_of("completed_at"), "timestamp with time zone");
  EXPECT_THAT(type_of("error_log"), HasSubstr("text[]"));
  EXPECT_THAT(type_of("created_at"), HasSubstr("timestamp with time zone"));
  for (const auto* column : {"tenant_id", "status", "initiated_by"}) {
    EXPECT_GE(databases_.count("control", "pg_indexes",
                               fmt::format("tablename = 'deletion_jobs' AND indexdef LIKE '%({})'", column)),
              1)
        << column;
  }
}

// ---- on a shop, where the test decides what fails ---------------------------------------------

class ShopJobs : public ::testing::Test {
 protected:
  ShopJobs() : server_(shop_.serve(shop_.write_estate("estate.yaml", {{"crm", crm_lines()}}))) {}

  std::string crm_lines() const { return shop_.database_line("crm") + "\n    timeout: 1s"; }
  Answer send(const std::string& method, const std::string& path, std::vector<std::string> headers = {}) const {
    return server_.send(method, path, shop_.service_token(), std::move(headers));
  }
  Answer erase(const TenantId& tenant, std::vector<std::string> headers = {}) const {
    return send("DELETE", "/api/v1/tenants/" + tenant.str(), std::move(headers));
  }
  /// Somebody works on a table: rows can be read and not deleted.
  pg::Connection lock(const std::string& service, const std::string& table) {
    auto session = shop_.databases().connect(shop_.database(service));
    session.run_script(sql_of_test("BEGIN; LOCK TABLE " + table + " IN SHARE MODE"));
    return session;
  }
  static void unlock(pg::Connection& session) { session.run_script(sql_of_test("ROLLBACK")); }

  Shop shop_;
  Server server_;
};

// C1, C6, C13
TEST_F(ShopJobs, ServiceThatTimesOutBlocksNobodyAndKeepsTheTenantRecord) {
  const auto tenant = shop_.add_tenant("Slow");
  auto locked = lock("crm", "contacts");
  const auto failed = erase(tenant);
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body["status"], "failed") << failed;
  EXPECT_EQ(failed.body["services_completed"], 1);
  EXPECT_EQ(failed.body["services_failed"], 1);
  const auto& results = failed.body["service_results"];
  EXPECT_EQ(results["orders"]["status"], "done");
  EXPECT_EQ(results["crm"]["status"], "failed");
  ASSERT_EQ(results["crm"]["errors"].size(), 1U);
  EXPECT_GE(results["crm"]["duration"].get<double>(), 0.9);
  EXPECT_LT(results["crm"]["duration"].get<double>(), 20.0);
  EXPECT_EQ(results["accounts"]["status"], "pending");
  EXPECT_EQ(shop_.count("accounts", "tenants", tenant), 1);
  EXPECT_EQ(shop_.count("crm", "contacts", tenant), 1);
  EXPECT_EQ(shop_.count("orders", "orders", tenant), 0);
  const auto reason =
      shop_.databases().value(shop_.database("control"),
                              fmt::format("SELECT array_to_string(error_log, ' ') FROM tenure.deletion_jobs WHERE id "
                                          "= '{}'",
                                          failed.body["job_id"].get<std::string>()));
  EXPECT_THAT(reason, HasSubstr("crm"));

  unlock(locked);
  const auto completed = erase(tenant);
  EXPECT_EQ(completed.status, 200) << completed;
  EXPECT_NE(completed.body["job_id"], failed.body["job_id"]);
  EXPECT_EQ(completed.body["service_results"]["crm"]["total"], 1);
  EXPECT_EQ(completed.body["service_results"]["orders"]["total"], 0);
  EXPECT_EQ(shop_.count("accounts", "tenants", tenant), 0);
}

// C1, C4
TEST_F(ShopJobs, SecondJobForOneTenantIsAConflictThatNamesTheFirst) {
  const auto tenant = shop_.add_tenant("Busy");
  const auto other = shop_.add_tenant("Idle");
  auto locked = lock("orders", "orders");
  const auto accepted = erase(tenant, {"Prefer: respond-async"});
  ASSERT_EQ(accepted.status, 202) << accepted;
  const auto id = accepted.body["job_id"].get<std::string>();
  EXPECT_EQ(accepted.headers.at("location"), "/api/v1/auth/deletion-jobs/" + id);
  const auto refused = erase(tenant);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.type(), "application/problem+json");
  EXPECT_THAT(refused.detail(), HasSubstr(id));
  shop_.databases().wait_until(
      shop_.database("control"),
      fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') = 'running'", id));
  EXPECT_EQ(send("GET", "/api/v1/auth/deletion-jobs/" + id).body["completed_at"], json());
  auto elsewhere = std::async(std::launch::async, [&] { return erase(other); });
  unlock(locked);
  EXPECT_EQ(elsewhere.get().status, 200);
  shop_.databases().wait_until(
      shop_.database("control"),
      fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') = 'completed'", id));
  EXPECT_EQ(send("GET", "/api/v1/auth/deletion-jobs/" + id).body["status"], "completed");
  EXPECT_EQ(erase(tenant).status, 404) << "nothing is left of it";
}

// C4
TEST_F(ShopJobs, ListIsFilteredAndPaged) {
  std::vector<TenantId> tenants;
  std::vector<std::string> newest_first;
  for (int number = 0; number < 5; ++number) {
    tenants.push_back(shop_.add_tenant("Shop " + std::to_string(number)));
    std::optional<pg::Connection> locked;
    if (number == 2) locked = lock("crm", "contacts");
    newest_first.insert(newest_first.begin(), erase(tenants.back()).body["job_id"].get<std::string>());
  }
  const auto ids_of = [](const Answer& page) {
    std::vector<std::string> ids;
    for (const auto& job : page.body.at("jobs")) ids.push_back(job.at("job_id"));
    return ids;
  };
  const std::string path = "/api/v1/auth/deletion-jobs";
  const auto all = send("GET", path);
  ASSERT_EQ(all.status, 200) << all;
  EXPECT_EQ(ids_of(all), newest_first);
  EXPECT_EQ(all.body["next_cursor"], json());
  EXPECT_THAT(ids_of(send("GET", path + "?tenant_id=" + tenants[1].str())), ElementsAre(newest_first[3]));
  EXPECT_THAT(ids_of(send("GET", path + "?status=failed")), ElementsAre(newest_first[2]));
  EXPECT_EQ(ids_of(send("GET", path + "?status=completed")).size(), 4U);
  EXPECT_TRUE(ids_of(send("GET", path + "?status=failed&tenant_id=" + tenants[0].str())).empty());

  // A job that comes between two pages shifts nothing.
  std::vector<std::string> paged;
  std::string cursor;
  do {
    const auto page = send("GET", path + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page;
    for (const auto& id : ids_of(page)) paged.push_back(id);
    if (paged.size() == 2) erase(shop_.add_tenant("Newcomer"));
    cursor = page.body["next_cursor"].is_string() ? page.body["next_cursor"].get<std::string>() : "";
  } while (!cursor.empty());
  EXPECT_EQ(paged, newest_first);
}

// A3, B10: jobs and what starts them are for services.
TEST_F(ShopJobs, RoutesAnswerServiceTokensOnly) {
  const auto tenant = shop_.add_tenant("Guarded");
  const std::vector<std::pair<std::string, std::string>> routes = {
      {"DELETE", "/api/v1/tenants/" + tenant.str()},
      {"GET", "/api/v1/deletion-preview/" + tenant.str()},
      {"GET", "/api/v1/auth/deletion-jobs"},
      {"GET", "/api/v1/auth/deletion-jobs/" + JobId::random().str()}};
  for (const auto& [method, path] : routes) {
    EXPECT_EQ(server_.send(method, path, Secret()).status, 401) << path;
    EXPECT_EQ(server_.send(method, path, Secret("garbage")).status, 401) << path;
    EXPECT_EQ(server_.send(method, path, shop_.service_token("orders")).status, 401) << path;
    // Signed with the bakery's keys, which are nothing to this server.
    EXPECT_EQ(server_.send(method, path, Bakery::instance().service_token()).status, 401) << path;
  }
  EXPECT_EQ(Bakery::instance().server().send("DELETE", routes[0].second, Bakery::instance().user_token()).status, 403);
  EXPECT_EQ(shop_.count("accounts", "tenants", tenant), 1);
}

}  // namespace
}  // namespace tenure::e2e
