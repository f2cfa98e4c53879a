#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "events/rabbitmq/topology.h"
#include "messaging/service_request.h"
#include "tests/e2e/shop.h"
#include "tests/support/rabbitmq.h"

// C11, C5, C6: services reached directly, over HTTP and by message in one estate, each in a process of its own; a
// process that is killed between its effect and its acknowledgement, and a broker that dies in the middle of a job.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEvent = "\n    via: event";

class MixedEstate {
 public:
  /// With `orders` at a URL when there is one, and `crm` by message. `more`: further lines of the file's first level.
  std::string write(const std::string& name, const std::string& orders_url = {}, const std::string& more = {}) const {
    const auto broker = fmt::format("broker: {{url: \"{}\"}}\n{}", broker_.url(), more);
    auto orders = shop_.database_line("orders");
    if (!orders_url.empty()) orders += "\n    via: " + orders_url;
    return shop_.write_estate(name, {{"orders", orders}, {"crm", shop_.database_line("crm") + kEvent}}, broker);
  }

  std::string start_erasing(const Server& server, const TenantId& tenant) {
    const auto accepted =
        server.send("DELETE", "/api/v1/tenants/" + tenant.str(), shop_.service_token(), {"Prefer: respond-async"});
    EXPECT_EQ(accepted.status, 202) << accepted;
    return accepted.body["job_id"];
  }

  json wait_for_end(const Server& server, const std::string& job) {
    shop_.databases().wait_until(
        shop_.database("control"),
        fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') IN ('completed', 'failed')", job));
    return server.send("GET", "/api/v1/auth/deletion-jobs/" + job, shop_.service_token()).body;
  }

  /// Waits for the end of a job that has deleted the tenant's only contact, once, and ends the processes.
  void expect_completed(const std::string& job, const TenantId& tenant, Server& server, Server& crm) {
    const auto ended = wait_for_end(server, job);
    EXPECT_EQ(ended["status"], "completed") << ended;
    EXPECT_EQ(ended["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 1}}));
    EXPECT_EQ(receipts("crm", tenant), 1);
    EXPECT_EQ(shop_.count("accounts", "tenants", tenant), 0);
    EXPECT_EQ(server.stop(), 0);
    EXPECT_EQ(crm.stop(), 0);
  }

  std::int64_t receipts(const std::string& service, const TenantId& tenant) {
    return shop_.databases().count(shop_.database(service), "tenure.receipts",
                                   fmt::format("subject_id = '{}'", tenant.str()));
  }

  Shop& shop() { return shop_; }
  const test::TestBroker& broker() const { return broker_; }

 private:
  const test::TestBroker broker_;
  Shop shop_;
};

TEST(MixedEstate, IsErasedWithOneProcessAService) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Mixt");
  const auto neighbour = shop.add_tenant("Next Door");
  auto orders = shop.serve(estate.write("orders.yaml"), {"--service", "orders"});
  auto crm = shop.serve(estate.write("crm.yaml"), {"--service", "crm"});
  auto server = shop.serve(estate.write("estate.yaml", orders.url()), {"--except", "crm"});

  const auto path = "/api/v1/orders/tenant/" + tenant.str() + "/deletion-preview";
  EXPECT_EQ(server.send("GET", path, shop.service_token("orders")).status, 404) << "another process holds it";
  const auto preview = server.send("GET", "/api/v1/deletion-preview/" + tenant.str(), shop.service_token());
  ASSERT_EQ(preview.status, 200) << preview;
  EXPECT_EQ(preview.body["services"]["crm"]["data_counts"], (json{{"contacts", 1}}));
  EXPECT_EQ(preview.body["services"]["orders"]["data_counts"], (json{{"orders", 1}, {"order_items", 2}}));

  const auto job = server.send("DELETE", "/api/v1/tenants/" + tenant.str(), shop.service_token());
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["status"], "completed");
  EXPECT_EQ(job.body["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 1}}));
  EXPECT_EQ(job.body["service_results"]["orders"]["deleted_counts"], (json{{"orders", 1}, {"order_items", 2}}));
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 0);
  EXPECT_EQ(shop.count("accounts", "tenants", tenant), 0);
  EXPECT_EQ(shop.count("crm", "contacts", neighbour), 1);
  EXPECT_EQ(shop.count("orders", "orders", neighbour), 1);
  EXPECT_EQ(estate.receipts("crm", tenant), 1);
  EXPECT_EQ(shop.databases().count(shop.database("crm"), "tenure.inbox", "answer IS NOT NULL"), 1);
  const auto messages = shop.databases().value(
      shop.database("control"),
      "SELECT string_agg(payload::text, ' ') || string_agg(coalesce(answer::text, ''), ' ') FROM tenure.outbox "
      "LEFT JOIN tenure.service_calls ON request_id = message_id");
  EXPECT_THAT(messages, HasSubstr(tenant.str()));
  for (const auto* personal : {"Forn Mixt", "Next Door", "@"}) EXPECT_THAT(messages, Not(HasSubstr(personal)));
  for (auto* process : {&server, &orders, &crm}) EXPECT_EQ(process->stop(), 0);
}

TEST(MixedEstate, WithoutABrokerTheSamePathRunsInOneProcess) {
  Shop shop;
  const auto tenant = shop.add_tenant("Forn Sol");
  auto server = shop.serve(shop.write_estate(
      "estate.yaml", {{"orders", shop.database_line("orders") + kEvent}, {"crm", shop.database_line("crm") + kEvent}}));
  const auto job = server.send("DELETE", "/api/v1/tenants/" + tenant.str(), shop.service_token());
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["status"], "completed");
  EXPECT_EQ(job.body["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 1}}));
  EXPECT_EQ(
      shop.databases().count(shop.database("control"), "tenure.service_calls", "r.answer->>'operation' = 'erase'"), 2);
  EXPECT_EQ(server.stop(), 0);
}

TEST(MixedEstate, AServiceKilledBetweenItsEffectAndItsAcknowledgementDeletesOnce) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Mort");
  const auto file = estate.write("estate.yaml");
  auto dying = shop.serve(file, {"--service", "crm"}, {{"TENURE_FAILPOINT", "inbox.effect.after=kill"}});
  auto server = shop.serve(file, {"--except", "crm"});
  const auto job = estate.start_erasing(server, tenant);
  EXPECT_EQ(dying.wait(), 128 + SIGKILL);
  EXPECT_THAT(dying.errors(), HasSubstr("failpoint inbox.effect.after"));
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 0) << "the effect was there before";
  auto crm = shop.serve(file, {"--service", "crm"});
  estate.expect_completed(job, tenant, server, crm);
}

// The estate gives up at once, so that nobody asks a second time.
TEST(MixedEstate, AnOrderThatNobodyTookInItsTimeIsCarriedOutByNobody) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Tard");
  const auto file = estate.write("estate.yaml", {}, std::string("defaults: {timeout: 2s}\n") + Shop::kGivesUpAtOnce);
  const auto queue = events::request_queue("crm");
  {
    auto session = estate.broker().connect();
    events::declare_topology(session, {"crm"});
  }
  auto server = shop.serve(file, {"--except", "crm"});
  // With a preview before, the job's order would be the second request.
  const auto job = estate.start_erasing(server, tenant);
  std::string died;
  do {
    const auto letter = estate.broker().take(events::dead_queue(queue));
    EXPECT_EQ(letter.death.value().reason, "expired");
    died = letter.message.type;
  } while (died != "erase");
  EXPECT_EQ(server.stop(), 0);
  auto crm = shop.serve(file, {"--service", "crm"});
  const auto previewed = run_tenure({"preview", tenant.str(), "--json", "--estate", file}, shop.environment());
  EXPECT_EQ(json::parse(previewed.output)["services"]["crm"]["data_counts"], (json{{"contacts", 1}}))
      << previewed.errors;
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 1);
  EXPECT_EQ(crm.stop(), 0);
}

// A command holds no service: it would end in the middle of what others ordered.
TEST(MixedEstate, ACommandLeavesTheRequestsOfServicesToThoseWhoHoldThem) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Lliure");
  const auto file = estate.write("estate.yaml", {}, "defaults: {timeout: 2s}\n");
  const auto queue = events::request_queue("crm");
  {
    auto session = estate.broker().connect();
    events::declare_topology(session, {"crm"});
    session.publish({.exchange = events::kRequestExchange, .key = "crm"},
                    {.id = "m1",
                     .type = "erase",
                     .body = messaging::to_json_text(messaging::erase_request("crm", {.subject = tenant}))},
                    Call::within(Milliseconds(30000)));
  }
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "--estate", file});
    return run_tenure(std::move(arguments), shop.environment());
  };
  EXPECT_EQ(run({"job", "list"}).status, 0);
  const auto in_vain = run({"preview", tenant.str()});
  EXPECT_EQ(in_vain.status, 1) << "nobody holds crm";
  EXPECT_FALSE(json::parse(in_vain.output)["services"]["crm"]["errors"].empty());
  const auto untouched = estate.broker().take(queue);
  EXPECT_EQ(untouched.message.id, "m1");
  EXPECT_FALSE(untouched.is_redelivered);
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 1);
  auto crm = shop.serve(file, {"--service", "crm"});
  const auto held = run({"preview", tenant.str()});
  EXPECT_EQ(held.status, 0) << held.errors;
  EXPECT_EQ(json::parse(held.output)["services"]["crm"]["data_counts"], (json{{"contacts", 1}}));
  EXPECT_EQ(crm.stop(), 0);
}

TEST(MixedEstate, ACommandPrintsNothingButItsJsonToStandardOutput) {
  Shop shop;
  const auto tenant = shop.add_tenant("Forn Net");
  const auto file = shop.write_estate("estate.yaml", {{"crm", shop.database_line("crm") + kEvent}});
  const auto erased =
      run_tenure({"erase", tenant.str(), "--confirm", "Forn Net", "--json", "--estate", file}, shop.environment());
  EXPECT_EQ(erased.status, 0) << erased.errors;
  EXPECT_EQ(json::parse(erased.output)["status"], "completed");
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 0);
}

TEST(MixedEstate, AJobEndsRightWhenTheBrokerDiesInItsMiddle) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Fosc");
  const auto file = estate.write("estate.yaml");
  auto crm = shop.serve(file, {"--service", "crm"});
  auto server = shop.serve(file, {"--except", "crm"});
  auto blocking = shop.databases().connect(shop.database("crm"));
  blocking.run_script(sql_of_test("BEGIN; LOCK TABLE contacts IN SHARE MODE"));
  const auto job = estate.start_erasing(server, tenant);
  shop.databases().wait_until(shop.database("crm"), "EXISTS (SELECT FROM pg_class WHERE relname = 'inbox')");
  test::rabbit().kill();
  blocking.run_script(sql_of_test("ROLLBACK"));
  test::rabbit().start();
  estate.expect_completed(job, tenant, server, crm);
}

TEST(MixedEstate, AJobWaitsForABrokerThatIsNotThereAndGoesOn) {
  MixedEstate estate;
  auto& shop = estate.shop();
  const auto tenant = shop.add_tenant("Forn Quiet");
  const auto file = estate.write("estate.yaml", {}, "defaults: {timeout: 2s}\n");
  test::rabbit().kill();
  auto crm = shop.serve(file, {"--service", "crm"});
  auto server = shop.serve(file, {"--except", "crm"});
  const auto job = estate.start_erasing(server, tenant);
  shop.databases().wait_until(shop.database("control"),
                              "EXISTS (SELECT FROM tenure.deletion_jobs WHERE times_parked > 0)");
  EXPECT_EQ(shop.count("crm", "contacts", tenant), 1);
  EXPECT_EQ(shop.count("accounts", "tenants", tenant), 1);
  test::rabbit().start();
  estate.expect_completed(job, tenant, server, crm);
}

TEST(MixedEstate, DeadLettersAreListedAndPutBackFromTheCommandLine) {
  MixedEstate estate;
  const auto file = estate.write("estate.yaml");
  const auto queue = events::request_queue("crm");
  {
    auto session = estate.broker().connect();
    events::declare_topology(session, {"crm"});
    session.consume(queue, 1);
    session.publish({.exchange = events::kRequestExchange, .key = "crm"}, {.id = "m1", .type = "erase", .body = "{"},
                    Call::within(Milliseconds(30000)));
    session.reject(*session.next(Call::within(Milliseconds(30000))));
    session.consume(events::dead_queue(queue), 1);
    ASSERT_TRUE(session.next(Call::within(Milliseconds(30000)))) << "it is there once it arrives";
  }
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "events");
    arguments.insert(arguments.end(), {"--estate", file});
    return run_tenure(std::move(arguments), estate.shop().environment());
  };
  const auto listed = run({"dead-letters", "--json"});
  ASSERT_EQ(listed.status, 0) << listed.errors;
  const auto letters = json::parse(listed.output)["dead_letters"];
  ASSERT_EQ(letters.size(), 1U) << listed.output;
  EXPECT_EQ(letters[0]["queue"], queue);
  EXPECT_EQ(letters[0]["message_id"], "m1");
  EXPECT_EQ(letters[0]["reason"], "rejected");
  EXPECT_THAT(run({"dead-letters"}).output, HasSubstr("rejected"));
  const auto unconfirmed = run({"redrive", queue});
  EXPECT_EQ(unconfirmed.status, 2) << "it may order a deletion";
  EXPECT_THAT(unconfirmed.errors, HasSubstr("--confirm"));
  EXPECT_EQ(run({"redrive", queue, "--confirm", "crm"}).status, 2);
  EXPECT_THAT(run({"redrive", queue, "--confirm", queue}).output, HasSubstr("1 message put back"));
  EXPECT_EQ(estate.broker().take(queue).message.id, "m1");
  EXPECT_THAT(run({"dead-letters"}).output, HasSubstr("no dead letters"));
  const auto unknown = run({"redrive", "nothing"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.errors, HasSubstr(queue));
}

TEST(MixedEstate, WhatCannotBeHeldElsewhereIsRefused) {
  Shop shop;
  const auto without_broker = shop.write_estate("event.yaml", {{"crm", shop.database_line("crm") + kEvent}});
  const auto refusal = [&](const std::string& file, const std::string& service) {
    const auto finished =
        run_tenure({"serve", "--estate", file, "--listen", "127.0.0.1:0", "--except", service}, shop.environment());
    EXPECT_EQ(finished.status, 2);
    return finished.errors;
  };
  EXPECT_THAT(refusal(without_broker, "crm"), HasSubstr("without a broker"));
  EXPECT_THAT(refusal(without_broker, "orders"), HasSubstr("via: event"));
  EXPECT_THAT(refusal(without_broker, "nothing"), HasSubstr("no service of this name"));
  const auto listed = run_tenure({"events", "dead-letters", "--estate", without_broker}, shop.environment());
  EXPECT_EQ(listed.status, 2);
  EXPECT_THAT(listed.errors, HasSubstr("no broker"));
}

}  // namespace
}  // namespace tenure::e2e
