#include "events/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "events/relay_thread.h"
#include "tests/support/database.h"

namespace tenure::events {
namespace {

using pg::operator""_sql;
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

  void publish_all(const std::vector<std::string>& topics, bool commits = true, const std::string& recipient = "") {
    auto connection = database_.connect();
    pg::Transaction transaction(connection);
    for (const auto& topic : topics) {
      publish(transaction, {.topic = topic, .payload = R"({"job_id": "x"})", .recipient = recipient});
    }
    if (commits) transaction.commit();
  }

  int deliver() {
    ListenerTransport transport([&](const Delivery& delivery) {
      if (delivery.event.topic == failing_) throw Error(failure_, "the listener");
      heard_.push_back(delivery.event.topic);
    });
    return OutboxRelay(control_, transport).deliver_pending(Call::within(Milliseconds(30000)));
  }

  test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 6};
  std::vector<std::string> heard_;
  std::string failing_;
  ErrorCode failure_ = ErrorCode::unavailable;
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

TEST_F(OutboxTest, GivesEachEventToOneRelayInOrder) {
  std::vector<std::string> topics;
  for (int at = 0; at < 50; ++at) topics.push_back(std::to_string(at));
  publish_all(topics);
  std::mutex mutex;
  ListenerTransport transport([&](const Delivery& delivery) {
    const std::lock_guard lock(mutex);
    heard_.push_back(delivery.event.topic);
  });
  {
    std::vector<std::jthread> relays;
    for (int at = 0; at < 4; ++at) {
      relays.emplace_back([&] { OutboxRelay(control_, transport).deliver_pending(Call::within(Milliseconds(30000))); });
    }
  }
  EXPECT_EQ(heard_, topics);
}

TEST_F(OutboxTest, HoldsUpOnlyTheRecipientWhomNobodyServes) {
  publish_all({"erase"}, true, "orders");
  publish_all({"tenant.deleted"});
  publish_all({"verify"}, true, "orders");
  publish_all({"preview"}, true, "crm");
  failing_ = "erase";
  failure_ = ErrorCode::not_found;
  EXPECT_THROW(deliver(), Error);
  EXPECT_THAT(heard_, ElementsAre("tenant.deleted", "preview"));
  failing_.clear();
  EXPECT_EQ(deliver(), 2);
  EXPECT_THAT(heard_, ElementsAre("tenant.deleted", "preview", "erase", "verify"));
}

TEST_F(OutboxTest, StopsAfterAsManyAsItWasTold) {
  publish_all({"a", "b", "c"});
  ListenerTransport transport([](const Delivery&) {});
  OutboxRelay relay(control_, transport);
  EXPECT_EQ(relay.deliver_pending(Call::within(Milliseconds(30000)), 2), 2);
  EXPECT_EQ(relay.deliver_pending(Call::within(Milliseconds(30000)), 2), 1);
}

TEST_F(OutboxTest, ForgetsWhatWasDeliveredLongAgo) {
  publish_all({"old", "new", "waiting"});
  database_.run(R"(
    UPDATE tenure.outbox SET delivered_at = now() WHERE topic = 'new';
    UPDATE tenure.outbox SET delivered_at = now() - interval '31 days' WHERE topic = 'old')");
  ListenerTransport transport([](const Delivery&) {});
  OutboxRelay(control_, transport).forget_delivered(Call::within(Milliseconds(30000)));
  EXPECT_EQ(database_.value("SELECT string_agg(topic, ',' ORDER BY number) FROM tenure.outbox"), "new,waiting");
}

TEST_F(OutboxTest, DeliversNothingThatHasExpiredAndForgetsItLater) {
  publish_all({"erase"}, true, "orders");
  publish_all({"verify"}, true, "orders");
  database_.run("UPDATE tenure.outbox SET expires_at = now() WHERE topic = 'erase'");
  EXPECT_EQ(deliver(), 1);
  EXPECT_THAT(heard_, ElementsAre("verify"));
  ListenerTransport transport([](const Delivery&) {});
  OutboxRelay relay(control_, transport);
  relay.forget_delivered(Call::within(Milliseconds(30000)));
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.outbox"), "2") << "whoever asked may still look for it";
  database_.run("UPDATE tenure.outbox SET expires_at = now() - interval '2 hours' WHERE topic = 'erase'");
  relay.forget_delivered(Call::within(Milliseconds(30000)));
  EXPECT_EQ(database_.value("SELECT string_agg(topic, ',') FROM tenure.outbox"), "verify");
}

// As of a version that did not know of it.
TEST_F(OutboxTest, ARequestWithoutAnExpiryGetsOneWithTheSchema) {
  publish_all({"erase"}, true, "orders");
  publish_all({"tenant.deleted"});
  database_.run("UPDATE tenure.outbox SET published_at = now() - interval '1 day'");
  auto connection = database_.connect();
  install_schema(connection);
  EXPECT_EQ(deliver(), 1);
  EXPECT_THAT(heard_, ElementsAre("tenant.deleted"));
}

// A process that starts installs the schema, while another relay may be stuck in its broker.
TEST_F(OutboxTest, InstallingTheSchemaAgainWaitsForNoRelay) {
  publish_all({"tenant.deleted"});
  auto relaying = database_.connect();
  pg::Transaction relay(relaying);
  relay.exec("SELECT FROM tenure.outbox FOR UPDATE"_sql);
  auto starting = database_.connect();
  starting.exec("SET lock_timeout = '2s'"_sql);
  EXPECT_NO_THROW(install_schema(starting));
}

/// Knows of no service, and notes what else is asked of it.
class Nobody final : public Transport {
 public:
  void deliver(const Delivery&, const Call&) override { throw Error(ErrorCode::not_found, "no queue for it"); }
  void tend() override {
    const std::lock_guard lock(mutex_);
    ++times_tended_;
    changed_.notify_all();
  }
  bool wait_until_tended(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return times_tended_ >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int times_tended_ = 0;  // guarded by mutex_
};

// A service that has left the estate, for example.
TEST_F(OutboxTest, AThreadSaysOnceThatNobodyTakesARequestAndDoesTheRestOfItsWork) {
  publish_all({"old"});
  deliver();
  database_.run("UPDATE tenure.outbox SET delivered_at = now() - interval '31 days'");
  publish_all({"erase"}, true, "gone");
  Nobody transport;
  std::vector<std::string> errors;
  RelayThread thread(control_, transport, [&](const std::string& what) { errors.push_back(what); });
  thread.start();
  EXPECT_TRUE(transport.wait_until_tended(3));
  thread.stop();
  EXPECT_THAT(errors, ElementsAre("no queue for it"));
  EXPECT_EQ(database_.value("SELECT string_agg(topic, ',') FROM tenure.outbox"), "erase");
}

TEST_F(OutboxTest, AThreadRelaysWhatIsPublishedUntilItIsStopped) {
  std::mutex mutex;
  std::condition_variable changed;
  ListenerTransport transport([&](const Delivery& delivery) {
    const std::lock_guard lock(mutex);
    if (delivery.event.topic == failing_) {
      failing_.clear();
      throw Error(ErrorCode::unavailable, "gone for a moment");
    }
    heard_.push_back(delivery.event.topic);
    changed.notify_all();
  });
  const auto wait_for = [&](std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), [&] { return heard_.size() >= count; });
  };
  std::vector<std::string> errors;
  RelayThread thread(control_, transport, [&](const std::string& what) { errors.push_back(what); });
  thread.start();
  publish_all({"one"});
  EXPECT_TRUE(wait_for(1));
  {
    const std::lock_guard lock(mutex);
    failing_ = "two";
  }
  publish_all({"two", "three"});
  EXPECT_TRUE(wait_for(3));
  // Without the thread's knowledge: a stop delivers what is there.
  publish_all({"four"});
  thread.stop();
  EXPECT_THAT(heard_, ElementsAre("one", "two", "three", "four"));
  EXPECT_THAT(errors, ElementsAre("gone for a moment"));
}

}  // namespace
}  // namespace tenure::events
