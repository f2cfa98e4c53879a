// Spec E4: notices are kept with what they tell of, and brought until they have arrived or are given up.
#include "notifications/queue/courier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/error.h"
#include "tests/support/database.h"

namespace tenure::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using What = CourierReport::What;

constexpr Milliseconds kPatience{60'000};

/// Answers as it was told, then takes everything.
class ScriptedReceiver final : public Receiver {
 public:
  std::string_view kind() const override { return "script"; }
  const std::vector<std::string>& keys() const override { return keys_; }
  Attempt deliver(const KeptNotice& notice, const Call& /*call*/) override {
    got.push_back(notice);
    if (answers.empty()) return {};
    auto answer = answers.front();
    answers.pop_front();
    if (answer.why == "throw") throw Error(ErrorCode::unavailable, "it threw");
    return answer;
  }

  std::deque<Attempt> answers;
  std::vector<KeptNotice> got;

 private:
  const std::vector<std::string> keys_{"script:1", "script:2"};
};

class CourierTest : public ::testing::Test {
 protected:
  CourierTest() {
    auto connection = database_.connect();
    install_schema(connection);
    install_schema(connection);
  }

  void keep_one(const std::string& receiver, bool commits = true) {
    auto connection = database_.connect();
    pg::Transaction transaction(connection);
    keep(transaction, receiver, "deletion.completed", R"({"job_id": "x"})");
    if (commits) transaction.commit();
  }
  void deliver_due() {
    Courier courier(queue_, receiver_, [&](const CourierReport& report) { reports_.push_back(report.what); });
    courier.deliver_due(Call::within(kPatience));
  }
  /// As when the time has come.
  void make_due() { database_.run("UPDATE tenure.notices SET due_at = now() WHERE status = 'waiting'"); }
  std::string status() {
    return database_.value("SELECT string_agg(status, ',' ORDER BY created_at) FROM tenure.notices");
  }
  std::vector<UndeliveredNotice> undelivered() { return queue_.undelivered(10, Call::within(kPatience)); }

  test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 4};
  NoticeQueue queue_{control_, std::chrono::hours(24)};
  ScriptedReceiver receiver_;
  std::vector<What> reports_;
};

TEST_F(CourierTest, BringsWhatWasCommittedOnceAndNothingElse) {
  keep_one("script:1");
  keep_one("script:2", false);
  keep_one("webhook");
  deliver_due();
  deliver_due();
  ASSERT_THAT(receiver_.got, SizeIs(1));
  EXPECT_EQ(receiver_.got[0].receiver, "script:1");
  EXPECT_EQ(receiver_.got[0].kind, "deletion.completed");
  EXPECT_EQ(receiver_.got[0].payload, R"({"job_id": "x"})");
  EXPECT_THAT(reports_, ElementsAre(What::delivered));
  ASSERT_THAT(undelivered(), SizeIs(1));
  EXPECT_EQ(undelivered()[0].notice.receiver, "webhook");
}

TEST_F(CourierTest, WhatMayPassIsTriedAgainLaterUnderTheSameId) {
  receiver_.answers = {{.why = "answered 503", .may_pass = true}, {.why = "throw"}};
  keep_one("script:1");
  deliver_due();
  EXPECT_THAT(receiver_.got, SizeIs(1)) << "not at once";
  EXPECT_EQ(undelivered()[0].why, "answered 503");
  EXPECT_FALSE(undelivered()[0].is_given_up);
  make_due();
  deliver_due();
  EXPECT_EQ(undelivered()[0].why, "it threw");
  make_due();
  deliver_due();
  ASSERT_THAT(receiver_.got, SizeIs(3));
  EXPECT_EQ(receiver_.got[0].id, receiver_.got[2].id);
  EXPECT_EQ(receiver_.got[2].tries, 3);
  EXPECT_THAT(reports_, ElementsAre(What::put_off, What::put_off, What::delivered));
  EXPECT_THAT(undelivered(), IsEmpty());
}

TEST_F(CourierTest, WhatWillNotPassIsGivenUpAtOnceAndCanBeTriedAnew) {
  receiver_.answers = {{.why = "the server answered 550"}};
  keep_one("script:1");
  deliver_due();
  EXPECT_THAT(reports_, ElementsAre(What::given_up));
  make_due();
  deliver_due();
  EXPECT_THAT(receiver_.got, SizeIs(1));
  ASSERT_THAT(undelivered(), SizeIs(1));
  EXPECT_TRUE(undelivered()[0].is_given_up);
  EXPECT_TRUE(queue_.retry(undelivered()[0].notice.id, Call::within(kPatience)));
  deliver_due();
  EXPECT_EQ(status(), "delivered");
  EXPECT_FALSE(queue_.retry(receiver_.got[0].id, Call::within(kPatience))) << "what has arrived is not sent again";
}

TEST_F(CourierTest, AfterItsTimeItIsGivenUp) {
  receiver_.answers = {{.why = "answered 503", .may_pass = true}};
  keep_one("script:1");
  database_.run("UPDATE tenure.notices SET created_at = now() - interval '25 hours'");
  deliver_due();
  EXPECT_THAT(reports_, ElementsAre(What::given_up));
  EXPECT_EQ(status(), "given_up");
}

TEST_F(CourierTest, OneWhoseReceiverIsGoneIsGivenUpInTheEndAndWhatIsOldIsForgotten) {
  keep_one("email:gone");
  queue_.tidy(Call::within(kPatience));
  EXPECT_EQ(status(), "waiting");
  database_.run("UPDATE tenure.notices SET due_at = now() - interval '25 hours'");
  queue_.tidy(Call::within(kPatience));
  EXPECT_EQ(status(), "given_up");
  EXPECT_THAT(undelivered()[0].why, HasSubstr("receiver"));
  database_.run("UPDATE tenure.notices SET ended_at = now() - interval '31 days'");
  queue_.tidy(Call::within(kPatience));
  EXPECT_THAT(undelivered(), IsEmpty());
}

TEST_F(CourierTest, ANoticeOfAProcessThatDiedIsAnothersAndTheDeadChangesNothingMore) {
  keep_one("script:1");
  const auto dead = queue_.take(receiver_.keys(), kPatience, Call::within(kPatience)).value();
  deliver_due();
  EXPECT_THAT(receiver_.got, IsEmpty()) << "it may still be at work";
  make_due();
  receiver_.answers = {{.why = "answered 503", .may_pass = true}};
  deliver_due();
  EXPECT_THAT(receiver_.got, SizeIs(1));
  queue_.note_delivered(dead, Call::within(kPatience));
  EXPECT_FALSE(queue_.put_off(dead, "late", std::nullopt, Call::within(kPatience)));
  EXPECT_EQ(undelivered()[0].why, "answered 503");
}

TEST_F(CourierTest, ItsThreadBringsWhatComesAndStops) {
  std::mutex mutex;
  std::condition_variable changed;
  int delivered = 0;
  Courier courier(queue_, receiver_, [&](const CourierReport& report) {
    const std::lock_guard lock(mutex);
    delivered += report.what == What::delivered ? 1 : 0;
    changed.notify_all();
  });
  courier.start();
  keep_one("script:1");
  keep_one("script:2");
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, kPatience, [&] { return delivered == 2; }));
  }
  courier.stop(kPatience);
  courier.stop(kPatience);
  keep_one("script:1");
  EXPECT_THAT(undelivered(), SizeIs(1));
}

TEST_F(CourierTest, CountsByKindOfReceiver) {
  keep_one("email:3f");
  keep_one("email:4a");
  keep_one("script:1");
  deliver_due();
  const NoticeCounts expected{{{"email", "waiting"}, 2}, {{"script", "delivered"}, 1}};
  EXPECT_EQ(count_notices(control_, Call::within(kPatience)), expected);
}

// An alert looks at it: what leaves the queue must not hide what is given up at the same time.
TEST_F(CourierTest, HowOftenOneWasGivenUpNeverGoesDown) {
  using Times = std::map<std::string, std::int64_t>;
  const auto given_up = [&] { return count_given_up(control_, Call::within(kPatience)); };
  EXPECT_EQ(given_up(), Times());
  receiver_.answers = {{.why = "the server answered 550"}, {.why = "the server answered 550"}};
  keep_one("script:1");
  deliver_due();
  EXPECT_EQ(given_up(), (Times{{"script", 1}}));
  EXPECT_TRUE(queue_.retry(undelivered().at(0).notice.id, Call::within(kPatience)));
  deliver_due();
  EXPECT_EQ(given_up(), (Times{{"script", 2}})) << "the same one again";
  keep_one("email:3f");
  keep_one("email:4a");
  database_.run("UPDATE tenure.notices SET due_at = now() - interval '25 hours' WHERE status = 'waiting'");
  queue_.tidy(Call::within(kPatience));
  EXPECT_EQ(given_up(), (Times{{"email", 2}, {"script", 2}})) << "those that nobody tries are counted as well";
  database_.run("UPDATE tenure.notices SET ended_at = now() - interval '31 days'");
  queue_.tidy(Call::within(kPatience));
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.notices"), "0");
  EXPECT_EQ(given_up(), (Times{{"email", 2}, {"script", 2}}));
}

TEST_F(CourierTest, AQueueOfAnOlderVersionCountsWhatItHasGivenUp) {
  receiver_.answers = {{.why = "the server answered 550"}};
  keep_one("script:1");
  deliver_due();
  database_.run("DROP TABLE tenure.notices_given_up");
  auto session = database_.connect();
  for (int start = 0; start < 2; ++start) install_schema(session);
  EXPECT_EQ(count_given_up(control_, Call::within(kPatience)), (std::map<std::string, std::int64_t>{{"script", 1}}));
}

TEST(PauseAfter, GrowsFromASecondToTenMinutes) {
  EXPECT_EQ(pause_after(1), Milliseconds(1000));
  EXPECT_EQ(pause_after(2), Milliseconds(2000));
  EXPECT_EQ(pause_after(6), Milliseconds(32000));
  EXPECT_EQ(pause_after(50), Milliseconds(600'000));
}

}  // namespace
}  // namespace tenure::notifications
