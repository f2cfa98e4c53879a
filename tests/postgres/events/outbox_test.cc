#include "events/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/database.h"

namespace tenure::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// C11, B1: events without a broker.
class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() {
    auto connection = database_.connect();
    install_schema(connection);
    install_schema(connection);
  }

  void publish_all(const std::vector<std::string>& topics, bool commits = true) {
    auto connection = database_.connect();
    pg::Transaction transaction(connection);
    for (const auto& topic : topics) publish(transaction, {.topic = topic, .payload = R"({"job_id": "x"})"});
    if (commits) transaction.commit();
  }

  int deliver() {
    return OutboxRelay(control_,
                       [&](const Delivery& delivery) {
                         if (delivery.event.topic == failing_) throw Error(ErrorCode::unavailable, "the listener");
                         heard_.push_back(delivery.event.topic);
                       })
        .deliver_pending(Call::within(Milliseconds(30000)));
  }

  test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 4};
  std::vector<std::string> heard_;
  std::string failing_;
};

TEST_F(OutboxTest, DeliversInOrderAndOnce) {
  publish_all({"tenant.deleted", "user.deleted"});
  EXPECT_EQ(deliver(), 2);
  EXPECT_EQ(deliver(), 0);
  EXPECT_THAT(heard_, ElementsAre("tenant.deleted", "user.deleted"));
}

TEST_F(OutboxTest, KnowsNothingOfWhatDidNotCommit) {
  publish_all({"tenant.deleted"}, false);
  EXPECT_EQ(deliver(), 0);
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(OutboxTest, DeliversAgainWhatItsListenerRefused) {
  publish_all({"first", "second", "third"});
  failing_ = "second";
  EXPECT_THROW(deliver(), Error);
  EXPECT_THAT(heard_, ElementsAre("first"));
  failing_.clear();
  EXPECT_EQ(deliver(), 2);
  EXPECT_THAT(heard_, ElementsAre("first", "second", "third"));
}

TEST_F(OutboxTest, GivesEachEventToOneRelay) {
  publish_all({"one", "two"});
  std::vector<std::string> heard_by_other;
  OutboxRelay other(control_, [&](const Delivery& delivery) { heard_by_other.push_back(delivery.event.topic); });
  OutboxRelay first(control_, [&](const Delivery& delivery) {
    heard_.push_back(delivery.event.topic);
    if (delivery.event.topic == "one") other.deliver_pending(Call::within(Milliseconds(30000)));
  });
  first.deliver_pending(Call::within(Milliseconds(30000)));
  EXPECT_THAT(heard_, ElementsAre("one"));
  EXPECT_THAT(heard_by_other, ElementsAre("two"));
}

}  // namespace
}  // namespace tenure::events
