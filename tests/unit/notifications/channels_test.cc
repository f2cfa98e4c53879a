// Spec D12: what is posted to a Slack-style webhook, to Datadog and to Sentry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "notifications/datadog.h"
#include "notifications/sentry.h"
#include "notifications/slack.h"

namespace tenure::notifications {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "s3cr3t";

Notice failure() {
  return {.id = Uuid::parse("01234567-89ab-4def-8123-456789abcdef", "id"),
          .kind = "migration.failed",
          .level = Level::error,
          .title = "Migration of orders failed",
          .facts = {{"failed", "2 schemas"}, {"first failure", "0007_x.sql:3: a < b & c"}},
          .group = "migration orders 17",
          .estate = "bakery",
          .environment = "uat",
          .at = WallTime(std::chrono::seconds(1'790'000'000))};
}

TEST(SlackChannel, PostsOneTextThatCannotLinkOrMention) {
  const auto request = Slack(Secret("https://hooks.example/T/B/s3cr3t")).request_for(failure());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://hooks.example/T/B/s3cr3t");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(json::parse(request.body),
            (json{{"text",
                   ":rotating_light: *Migration of orders failed* · bakery (uat)\nfailed: 2 schemas\n"
                   "first failure: 0007_x.sql:3: a &lt; b &amp; c"}}));
}

TEST(DatadogChannel, PostsAnEventOfTheSite) {
  const auto request = Datadog("https://api.datadoghq.eu", Secret(kSecret)).request_for(failure());
  EXPECT_EQ(request.url, "https://api.datadoghq.eu/api/v1/events");
  EXPECT_THAT(request.headers, Contains("DD-API-KEY: s3cr3t"));
  EXPECT_THAT(request.body, Not(HasSubstr(kSecret)));
  const auto event = json::parse(request.body);
  EXPECT_EQ(event["title"], "Migration of orders failed");
  EXPECT_EQ(event["alert_type"], "error");
  EXPECT_EQ(event["aggregation_key"], "migration orders 17");
  EXPECT_EQ(event["date_happened"], 1'790'000'000);
  EXPECT_EQ(event["tags"], (json{"source:tenure", "event:migration.failed", "estate:bakery", "env:uat"}));
}

TEST(SentryChannel, PostsAnEnvelopeWhoseItemIsAsLongAsItSays) {
  const auto request = Sentry(Secret("https://s3cr3t@o1.ingest.sentry.example/42")).request_for(failure());
  EXPECT_EQ(request.url, "https://o1.ingest.sentry.example/api/42/envelope/");
  EXPECT_EQ(request.content_type, "application/x-sentry-envelope");
  ASSERT_EQ(request.headers.size(), 1U);
  EXPECT_THAT(request.headers.front(), HasSubstr("sentry_version=7"));
  EXPECT_THAT(request.headers.front(), HasSubstr("sentry_key=s3cr3t"));
  EXPECT_THAT(request.body, Not(HasSubstr(kSecret)));

  std::istringstream lines(request.body);
  std::string header;
  std::string item;
  std::string payload;
  std::getline(lines, header);
  std::getline(lines, item);
  std::getline(lines, payload);
  EXPECT_EQ(json::parse(header)["event_id"], "0123456789ab4def8123456789abcdef");
  EXPECT_EQ(json::parse(item)["type"], "event");
  EXPECT_EQ(json::parse(item)["length"], payload.size());
  const auto event = json::parse(payload);
  EXPECT_EQ(event["event_id"], "0123456789ab4def8123456789abcdef");
  EXPECT_EQ(event["level"], "error");
  EXPECT_EQ(event["environment"], "uat");
  EXPECT_EQ(event["message"]["formatted"], "Migration of orders failed");
  EXPECT_EQ(event["extra"]["failed"], "2 schemas");
}

TEST(SentryChannel, ADsnMayHaveAPathBeforeTheProject) {
  const Sentry sentry(Secret("http://key@localhost:9000/sentry/7"));
  EXPECT_EQ(sentry.request_for(failure()).url, "http://localhost:9000/sentry/api/7/envelope/");
}

TEST(SentryChannel, AMalformedDsnIsRefusedWithoutBeingShown) {
  for (const auto* dsn :
       {"", "s3cr3t", "https://s3cr3t", "https://s3cr3t@host", "https://s3cr3t@host/", "s3cr3t@host/1"}) {
    try {
      const Sentry sentry{Secret(dsn)};
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), Not(HasSubstr(kSecret)));
    }
  }
}

TEST(Channels, TextThatIsNoUtf8IsPostedAllTheSame) {
  auto notice = failure();
  notice.title = "bad \xff byte";
  EXPECT_NO_THROW(json::parse(Slack(Secret("https://hooks.example/")).request_for(notice).body));
  EXPECT_NO_THROW(Sentry(Secret("https://k@h/1")).request_for(notice));
  EXPECT_NO_THROW(json::parse(Datadog("https://h", Secret("k")).request_for(notice).body));
}

}  // namespace
}  // namespace tenure::notifications
