// Spec D12: notices reach real receivers, in order, with retries and limits; nobody waits for them and no secret shows.
#include "notifications/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notifications/datadog.h"
#include "notifications/sentry.h"
#include "notifications/slack.h"
#include "tests/support/receiver.h"

namespace tenure::notifications {
namespace {

using test::Receiver;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Patience kQuick{
    .tries = 3, .timeout = Milliseconds(10'000), .first_pause = Milliseconds(1), .longest_pause = Milliseconds(1)};

class NotifierTest : public ::testing::Test {
 protected:
  template <class... Channels>
  void start(Patience patience, std::unique_ptr<Channels>... channels) {
    std::vector<std::unique_ptr<Channel>> all;
    (all.push_back(std::move(channels)), ...);
    notifier_ = std::make_unique<Notifier>(std::move(all), patience, [this](const Undelivered& undelivered) {
      const std::lock_guard lock(mutex_);
      undelivered_.push_back(std::string(undelivered.channel) + ": " + undelivered.kind + ": " + undelivered.why);
    });
  }
  void tell(const std::string& title) { notifier_->tell({.kind = "migration.started", .title = title}); }
  std::vector<std::string> undelivered() {
    const std::lock_guard lock(mutex_);
    return undelivered_;
  }
  static std::unique_ptr<Slack> slack(const std::string& url) {
    return std::make_unique<Slack>(Secret(url + "/T/s3cr3t"));
  }

  std::mutex mutex_;
  std::vector<std::string> undelivered_;
  std::unique_ptr<Notifier> notifier_;
};

TEST_F(NotifierTest, EveryChannelHearsOfEveryNoticeInTheirOrder) {
  const Receiver chat;
  const Receiver events;
  const Receiver errors;
  start(kQuick, slack(chat.url()), std::make_unique<Datadog>(events.url(), Secret("key")),
        std::make_unique<Sentry>(Secret("http://key@" + errors.url().substr(7) + "/42")));
  tell("one");
  tell("two");
  notifier_->flush();
  EXPECT_THAT(undelivered(), IsEmpty());
  for (const auto* receiver : {&chat, &events, &errors}) {
    const auto received = receiver->received();
    ASSERT_EQ(received.size(), 2U);
    EXPECT_THAT(received[0].body, HasSubstr("one"));
    EXPECT_THAT(received[1].body, HasSubstr("two"));
    EXPECT_EQ(received[0].method, "POST");
  }
  EXPECT_EQ(chat.received()[0].path, "/T/s3cr3t");
  EXPECT_EQ(events.received()[0].path, "/api/v1/events");
  EXPECT_EQ(events.received()[0].header("dd-api-key"), "key");
  EXPECT_EQ(errors.received()[0].path, "/api/42/envelope/");
  EXPECT_EQ(errors.received()[0].header("content-type"), "application/x-sentry-envelope");
}

TEST_F(NotifierTest, WhatMayPassIsTriedAgain) {
  const Receiver chat({503, 429});
  start(kQuick, slack(chat.url()));
  tell("one");
  notifier_->flush();
  EXPECT_EQ(chat.received().size(), 3U);
  EXPECT_THAT(undelivered(), IsEmpty());
}

TEST_F(NotifierTest, AfterItsTriesANoticeIsGivenUpAndTheNextOneGoes) {
  const Receiver chat({500, 502, 503});
  start(kQuick, slack(chat.url()));
  tell("one");
  tell("two");
  notifier_->flush();
  EXPECT_THAT(undelivered(), ::testing::ElementsAre("slack: migration.started: answered 503, 3 times"));
  ASSERT_EQ(chat.received().size(), 4U);
  EXPECT_THAT(chat.received().back().body, HasSubstr("two"));
}

TEST_F(NotifierTest, ARefusalIsNotTriedAgain) {
  const Receiver chat({403});
  start(kQuick, slack(chat.url()));
  tell("one");
  notifier_->flush();
  EXPECT_EQ(chat.received().size(), 1U);
  EXPECT_THAT(undelivered(), ::testing::ElementsAre("slack: migration.started: answered 403"));
}

TEST_F(NotifierTest, AReceiverThatNeverAnswersCostsItsTimeLimitAndNotTheOthers) {
  Receiver silent;
  silent.fall_silent();
  const Receiver events;
  start({.tries = 2, .timeout = Milliseconds(200), .first_pause = Milliseconds(1), .longest_pause = Milliseconds(1)},
        slack(silent.url()), std::make_unique<Datadog>(events.url(), Secret("key")));
  tell("one");
  notifier_->flush();
  EXPECT_EQ(events.received().size(), 1U);
  ASSERT_EQ(undelivered().size(), 1U);
  EXPECT_THAT(undelivered().front(), HasSubstr("slack"));
}

TEST_F(NotifierTest, NobodyThereIsAFailureThatDoesNotShowTheAddress) {
  std::string url;
  { url = Receiver().url(); }
  start(kQuick, slack(url));
  tell("one");
  notifier_->flush();
  ASSERT_EQ(undelivered().size(), 1U);
  EXPECT_THAT(undelivered().front(), Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(undelivered().front(), HasSubstr("3 times"));
}

TEST_F(NotifierTest, ItEndsAtOnceThoughAReceiverIsSilent) {
  Receiver silent;
  silent.fall_silent();
  start({.tries = 100, .timeout = Milliseconds(600'000)}, slack(silent.url()));
  tell("one");
  silent.wait_for(1);
  notifier_.reset();
  EXPECT_EQ(undelivered().size(), 1U);
}

TEST_F(NotifierTest, WithoutChannelsThereIsNothingToWaitFor) {
  notifier_ = std::make_unique<Notifier>(std::vector<std::unique_ptr<Channel>>(), kQuick, nullptr);
  tell("one");
  notifier_->flush();
}

}  // namespace
}  // namespace tenure::notifications
