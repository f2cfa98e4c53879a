#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "events/rabbitmq/topology.h"
#include "tests/e2e/shop.h"
#include "tests/support/paths.h"
#include "tests/support/rabbitmq.h"

// Spec E7: logs are JSON, every step with job, tenant, service and duration; and one trace from the request through
// the job to the services, whether called or asked by message, and to the events.
namespace tenure::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* kCallersSpan = "00f067aa0ba902b7";
constexpr const char* kMine = "somebody.who.listens";

std::vector<json> lines_of(const Server& server, const std::string& event) {
  std::vector<json> lines;
  std::istringstream text(server.errors());
  for (std::string line; std::getline(text, line);) {
    const auto parsed = json::parse(line, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << line;
    if (parsed.value("event", "") == event) lines.push_back(parsed);
  }
  return lines;
}

/// crm in another language, at a URL; orders by message, held by a process of its own.
class TraceTest : public ::testing::Test {
 protected:
  TraceTest() {
    std::ofstream(contacts()) << json{{tenant_.str(), 4}};
    crm_ = std::make_unique<test::Process>(
        std::vector<std::string>{"python3", TENURE_SOURCE_DIR "/tests/e2e/crm_service.py", contacts(), "0"});
    const auto printed = crm_->read_until("\n");
    const auto url = printed.substr(printed.find("http://"), printed.rfind('\n') - printed.find("http://"));
    estate_ = shop_.write_estate(
        "estate.yaml", {{"crm", "url: " + url}, {"orders", shop_.database_line("orders") + "\n    via: event"}},
        fmt::format("broker: {{url: \"{}\"}}\n{}", broker_.url(), Shop::kGivesUpAtOnce));
  }

  std::string contacts() const { return (shop_.folder() / "crm.json").string(); }
  /// What crm was called with: "DELETE 00-…".
  std::vector<std::string> calls() const {
    std::ifstream file(contacts() + ".calls");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  Answer erase(const Server& server, const std::string& traceparent) {
    return server.send("DELETE", "/api/v1/tenants/" + tenant_.str(), shop_.service_token(),
                       {"traceparent: " + traceparent});
  }

  Shop shop_;
  const test::TestBroker broker_;
  const TenantId tenant_ = shop_.add_tenant("Forn Seguit");
  std::unique_ptr<test::Process> crm_;
  std::string estate_;
};

TEST_F(TraceTest, FollowsARequestThroughItsJobToServicesAndEvents) {
  auto listening = broker_.connect();
  events::declare_topology(listening, {"orders"});
  broker_.make_queue(kMine);
  listening.bind(kMine, {.exchange = events::kEventExchange, .key = "#"});
  auto orders = shop_.serve(estate_, {"--service", "orders"});
  auto server = shop_.serve(estate_, {"--except", "orders"});

  const auto job = erase(server, fmt::format("00-{}-{}-01", kTrace, kCallersSpan));
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["trace_id"], kTrace);
  const auto id = job.body["job_id"].get<std::string>();
  const auto row = shop_.databases().value(shop_.database("control"),
                                           "SELECT traceparent FROM tenure.deletion_jobs WHERE id = '" + id + "'");
  EXPECT_THAT(row, HasSubstr(kTrace));

  std::set<std::string> spans{kCallersSpan, row.substr(36, 16)};
  for (const auto& call : calls()) {
    EXPECT_THAT(call, HasSubstr(fmt::format("00-{}-", kTrace)));
    EXPECT_TRUE(spans.insert(call.substr(call.find("00-") + 36, 16)).second) << "each call is a hop of its own";
  }
  EXPECT_THAT(calls(), Contains(HasSubstr("DELETE ")));

  for (std::string topic; topic != "tenant.deleted";) {
    const auto event = broker_.take(kMine).message;
    topic = event.type;
    ASSERT_TRUE(event.trace) << topic;
    EXPECT_EQ(event.trace->trace_id(), kTrace) << topic;
    EXPECT_TRUE(spans.insert(event.trace->span_id()).second) << topic;
  }
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(orders.stop(), 0);

  const auto requests = lines_of(server, "http_request");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0]["trace_id"], kTrace);
  for (const auto& answered : lines_of(orders, "answered")) {
    EXPECT_EQ(answered["trace_id"], kTrace) << answered;
    EXPECT_EQ(answered["tenant"], tenant_.str());
    EXPECT_TRUE(answered["duration_ms"].is_number());
  }
  EXPECT_THAT(orders.errors(), HasSubstr(id)) << "whose order it carried out";
}

TEST_F(TraceTest, EveryStepIsALineOfTheLog) {
  auto orders = shop_.serve(estate_, {"--service", "orders"});
  auto server = shop_.serve(estate_, {"--except", "orders"});
  // Not what a traceparent looks like, so it is a trace of its own.
  const auto job = erase(server, fmt::format("00-{}-{}-01", "4BF92F3577B34DA6A3CE929D0E0E4736", kCallersSpan));
  ASSERT_EQ(job.status, 200) << job;
  const auto trace = job.body["trace_id"];
  EXPECT_NE(trace, kTrace);
  EXPECT_EQ(server.stop(), 0);

  std::set<std::string> services;
  for (const auto& step : lines_of(server, "step")) {
    EXPECT_EQ(step["job"], job.body["job_id"]);
    EXPECT_EQ(step["tenant"], tenant_.str());
    EXPECT_EQ(step["outcome"], "done");
    EXPECT_EQ(step["trace_id"], trace);
    EXPECT_TRUE(step["duration_ms"].is_number()) << step;
    services.insert(step["service"].get<std::string>());
  }
  EXPECT_EQ(services, (std::set<std::string>{"accounts", "crm", "orders"}));
  const auto ended = lines_of(server, "job_ended");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0]["outcome"], "completed");
  EXPECT_EQ(ended[0]["items"], job.body["total_items_deleted"]);
  EXPECT_EQ(ended[0]["trace_id"], trace);
  EXPECT_TRUE(ended[0]["duration_ms"].is_number());
  for (const auto* topic : {"published", "requested", "job"}) {
    const auto lines = lines_of(server, topic);
    ASSERT_FALSE(lines.empty()) << topic;
    for (const auto& line : lines) EXPECT_EQ(line["trace_id"], trace) << line;
  }
  EXPECT_THAT(server.errors() + orders.errors(), Not(HasSubstr("Forn Seguit")));
}

TEST_F(TraceTest, AFailedStepSaysInTheLogHowItFailed) {
  auto orders = shop_.serve(estate_, {"--service", "orders"});
  auto server = shop_.serve(estate_, {"--except", "orders"});
  crm_.reset();
  const auto job = erase(server, "none");
  EXPECT_EQ(job.body["status"], "failed") << job;
  EXPECT_EQ(server.stop(), 0);
  std::vector<std::string> outcomes;
  for (const auto& step : lines_of(server, "step")) {
    outcomes.push_back(step["service"].get<std::string>() + " " + step["outcome"].get<std::string>());
  }
  EXPECT_THAT(outcomes, Contains("crm unreachable"));
  EXPECT_EQ(lines_of(server, "job_ended").at(0)["outcome"], "failed");
}

}  // namespace
}  // namespace tenure::e2e
