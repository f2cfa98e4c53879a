#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate/url.h"
#include "tests/unit/estate/reading.h"

// D12: who is told of migrations; secrets come from variables and stand in no message.
namespace tenure::estate {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Notifications, WithoutTheSectionNobodyIsTold) {
  const auto estate = read(with_database(""));
  EXPECT_EQ(estate.notifications, Notifications{});
}

const Variables kSet = variables_of({{"SLACK", "https://hooks.example/T/s3cr3t"},
                                     {"PLAIN", "http://hooks.example/s3cr3t"},
                                     {"KEY", "s3cr3t"},
                                     {"DSN", "https://s3cr3t@sentry.example/42"}});

TEST(Notifications, EverythingThatCanBeSaid) {
  const auto found = read(with_notifications("  slack: ${SLACK}\n"
                                             "  datadog:\n"
                                             "    api_key: ${KEY}\n"
                                             "    url: https://api.datadoghq.eu/\n"
                                             "  sentry: ${DSN}\n"),
                          kSet)
                         .notifications;
  EXPECT_EQ(found.slack.reveal(), "https://hooks.example/T/s3cr3t");
  ASSERT_TRUE(found.datadog);
  EXPECT_EQ(found.datadog->api_key.reveal(), "s3cr3t");
  EXPECT_EQ(found.datadog->url, "https://api.datadoghq.eu");
  EXPECT_EQ(found.sentry.reveal(), "https://s3cr3t@sentry.example/42");
  const auto site = read(with_notifications("  datadog: {api_key: \"${KEY}\"}\n"), kSet).notifications.datadog;
  EXPECT_EQ(site.value().url, "https://api.datadoghq.com");
}

TEST(Notifications, WhatIsWrongIsNamedWithoutTheSecret) {
  const auto problems = problems_of(with_notifications("  slack: ${PLAIN}\n"
                                                       "  datadog: {api_key: s3cr3t, url: \"http://s3cr3t\"}\n"
                                                       "  sentry: ${KEY}\n"
                                                       "  pager: x\n"),
                                    kSet);
  EXPECT_THAT(problems, Each(Not(HasSubstr("s3cr3t"))));
  EXPECT_THAT(problems, testing::UnorderedElementsAre(
                            HasSubstr("notifications.slack: must begin with https://"),
                            HasSubstr("notifications.datadog.api_key: is a secret: take it from a variable"),
                            HasSubstr("notifications.datadog.url: must begin with https://"),
                            HasSubstr("notifications.sentry: must begin with https://"),
                            HasSubstr("notifications.pager: unknown key")));
  EXPECT_THAT(problems_of(with_notifications("  slack: ${SLACK}\n")),
              ElementsAre(HasSubstr("notifications.slack: the variable SLACK is not set")));
}

TEST(Notifications, AUrlThatSecretsAreSentToIsHttpsOrOnThisMachine) {
  EXPECT_EQ(problem_of_receiver_url("https://hooks.slack.com/services/T0/B0/x"), "");
  EXPECT_EQ(problem_of_receiver_url("http://127.0.0.1:9000"), "");
  EXPECT_NE(problem_of_receiver_url("http://hooks.slack.com/services/T0/B0/x"), "");
  EXPECT_NE(problem_of_receiver_url("hooks.slack.com"), "");
  EXPECT_NE(problem_of_receiver_url("https://u:p@hooks.slack.com/"), "");
}

TEST(Notifications, ADsnHasAKeyAHostAndAProject) {
  EXPECT_EQ(problem_of_sentry_dsn("https://abc123@o1.ingest.sentry.io/42"), "");
  EXPECT_EQ(problem_of_sentry_dsn("http://k@localhost:9000/sentry/7"), "");
  EXPECT_EQ(problem_of_sentry_dsn("https://o1.ingest.sentry.io/42"), "must have a key before the host");
  EXPECT_EQ(problem_of_sentry_dsn("https://k:secret@o1.ingest.sentry.io/42"), "must have a key before the host");
  EXPECT_EQ(problem_of_sentry_dsn("https://k@o1.ingest.sentry.io"), "must end with the number of a project");
  EXPECT_EQ(problem_of_sentry_dsn("https://k@o1.ingest.sentry.io/a"), "must end with the number of a project");
  EXPECT_EQ(problem_of_sentry_dsn("https://k@/4"), "has no valid host");
  EXPECT_NE(problem_of_sentry_dsn("http://k@sentry.example/4"), "");
  EXPECT_NE(problem_of_sentry_dsn(""), "");
}

}  // namespace
}  // namespace tenure::estate
