#include "events/rabbitmq/consumer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/error.h"
#include "events/rabbitmq/dead_letters.h"
#include "events/rabbitmq/topology.h"
#include "tests/support/error_of.h"
#include "tests/support/rabbitmq.h"

// C11: a message is acknowledged after its effect and its reply; until then it comes again. Poison ends in the dead
// letters, from where it can be put back.
namespace tenure::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Milliseconds kPatience{60000};
constexpr int kMany = 1000;

Call soon() { return Call::within(kPatience); }

/// What handlers saw, for a test to wait for.
class Seen {
 public:
  int note(const std::string& id) {
    const std::lock_guard lock(mutex_);
    ids_.push_back(id);
    changed_.notify_all();
    return static_cast<int>(ids_.size());
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return ids_.size() >= count; });
  }
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> ids_;
};

class ConsumerTest : public ::testing::Test {
 protected:
  ConsumerTest() {
    auto session = broker_.connect();
    declare_topology(session, {"orders"});
  }

  void send(const std::string& id, const std::string& body = "{}") {
    auto session = broker_.connect();
    ASSERT_EQ(session.publish({.exchange = kRequestExchange, .key = "orders"},
                              {.id = id, .type = "erase", .body = body}, soon()),
              Fate::queued);
  }

  ConsumerSettings settings(int at_once = 4) const {
    return {.broker = broker_.settings(),
            .queue = queue_,
            .reply_route = {.exchange = kAnswerExchange, .key = kAnswerKey},
            .services = {"orders"},
            .at_once = at_once};
  }

  std::vector<DeadLetter> dead_letters() const {
    return list_dead_letters(broker_.settings(), queues_of({"orders"}), 100, soon());
  }
  /// The dead letter, once it is one.
  DeadLetter wait_for_dead_letter() const {
    // Off the queue and onto it again: this blocks until it is there.
    {
      auto session = broker_.connect();
      session.consume(dead_queue(queue_), 1);
      EXPECT_TRUE(session.next(soon()));
    }
    const auto letters = dead_letters();
    EXPECT_THAT(letters, SizeIs(1));
    return letters.empty() ? DeadLetter{} : letters.front();
  }

  const test::TestBroker broker_;
  const std::string queue_ = request_queue("orders");
};

TEST_F(ConsumerTest, RepliesAndAcknowledges) {
  Consumer consumer(settings(), [](const Message& message, const std::stop_token&) {
    return Outcome{.reply =
                       Message{.id = "r-" + message.id, .type = "answer", .body = "{}", .correlation_id = message.id}};
  });
  consumer.start();
  send("m1");
  const auto reply = broker_.take(kAnswerQueue);
  EXPECT_EQ(reply.message.id, "r-m1");
  EXPECT_EQ(reply.message.correlation_id, "m1");
  consumer.stop(kPatience);
  Seen seen;
  Consumer second(settings(), [&](const Message& message, const std::stop_token&) {
    seen.note(message.id);
    return Outcome{};
  });
  second.start();
  send("m2");
  ASSERT_TRUE(seen.wait_for(1));
  EXPECT_THAT(seen.ids(), ElementsAre("m2")) << "what was acknowledged does not come again";
}

TEST_F(ConsumerTest, HandlesSeveralAtOnce) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  Consumer consumer(settings(3), [&](const Message&, const std::stop_token&) {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait_for(lock, kPatience, [&] { return inside >= 3; });
    return Outcome{};
  });
  consumer.start();
  for (const auto* id : {"m1", "m2", "m3"}) send(id);
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, kPatience, [&] { return inside >= 3; }));
}

TEST_F(ConsumerTest, WhatItWasStoppedInComesAgainElsewhere) {
  Seen first;
  {
    Consumer consumer(settings(), [&](const Message& message, const std::stop_token& stop) -> Outcome {
      first.note(message.id);
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait(lock, stop, [] { return false; });
      throw Error(ErrorCode::unavailable, "stopped on request", Retry::later);
    });
    consumer.start();
    send("m1");
    ASSERT_TRUE(first.wait_for(1));
    consumer.stop(Milliseconds(0));
  }
  Seen second;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) {
    second.note(message.id);
    return Outcome{};
  });
  consumer.start();
  ASSERT_TRUE(second.wait_for(1));
  EXPECT_THAT(second.ids(), ElementsAre("m1"));
}

TEST_F(ConsumerTest, StoppingLetsAHandlerEnd) {
  Seen seen;
  std::mutex mutex;
  std::condition_variable changed;
  bool may_end = false;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) {
    seen.note(message.id);
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kPatience, [&] { return may_end; });
    return Outcome{.reply = Message{.id = "r1", .type = "answer", .body = "{}"}};
  });
  consumer.start();
  send("m1");
  ASSERT_TRUE(seen.wait_for(1));
  std::jthread stopping([&] { consumer.stop(kPatience); });
  {
    const std::lock_guard lock(mutex);
    may_end = true;
    changed.notify_all();
  }
  stopping.join();
  EXPECT_EQ(broker_.take(kAnswerQueue).message.id, "r1");
}

TEST_F(ConsumerTest, AnErrorThatMayPassIsTriedAgainAndNotDead) {
  Seen seen;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) -> Outcome {
    if (seen.note(message.id) == 1) throw Error(ErrorCode::unavailable, "the database", Retry::later);
    return {.reply = Message{.id = "r1", .type = "answer", .body = "{}"}};
  });
  consumer.start();
  send("m1");
  EXPECT_EQ(broker_.take(kAnswerQueue).message.id, "r1");
  EXPECT_THAT(seen.ids(), ElementsAre("m1", "m1"));
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(ConsumerTest, PoisonIsADeadLetterAndComesAgainWhenItIsPutBack) {
  Seen handled;
  std::atomic<bool> is_mended = false;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) -> Outcome {
    if (!is_mended) return {.is_understood = false};
    handled.note(message.id);
    return {};
  });
  consumer.start();
  send("poison", "not even JSON");
  const auto letter = wait_for_dead_letter();
  EXPECT_EQ(letter.queue, queue_);
  EXPECT_EQ(letter.message_id, "poison");
  EXPECT_EQ(letter.type, "erase");
  EXPECT_EQ(letter.bytes, 13);
  EXPECT_EQ(letter.death.reason, "rejected");
  is_mended = true;
  EXPECT_EQ(redrive(broker_.settings(), queue_, kMany, soon()).put_back, 1);
  ASSERT_TRUE(handled.wait_for(1));
  EXPECT_THAT(handled.ids(), ElementsAre("poison"));
  EXPECT_EQ(redrive(broker_.settings(), queue_, kMany, soon()).put_back, 0);
}

TEST_F(ConsumerTest, WhatExpiredIsNotPutBack) {
  {
    auto session = broker_.connect();
    session.publish({.exchange = kRequestExchange, .key = "orders"},
                    {.id = "late", .type = "erase", .body = "{}", .expires_in = Milliseconds(1)}, soon());
  }
  EXPECT_EQ(wait_for_dead_letter().death.reason, "expired");
  const auto redriven = redrive(broker_.settings(), queue_, kMany, soon());
  EXPECT_EQ(redriven.put_back, 0);
  EXPECT_EQ(redriven.dropped, 1);
  EXPECT_THAT(dead_letters(), IsEmpty());
  EXPECT_EQ(broker_.connect().count(queue_), 0);
}

TEST_F(ConsumerTest, NoMoreArePutBackThanWereAskedFor) {
  {
    auto session = broker_.connect();
    session.consume(queue_, 2);
    for (const auto* id : {"m1", "m2"}) {
      send(id);
      session.reject(*session.next(soon()));
    }
    session.consume(dead_queue(queue_), 2);
    for (int at = 0; at < 2; ++at) EXPECT_TRUE(session.next(soon()));
  }
  // What the session had not acknowledged is back in the queue some time after its end.
  const auto deadline = Deadline::after(std::chrono::minutes(1));
  while (broker_.connect().count(dead_queue(queue_)) < 2) ASSERT_FALSE(deadline.has_passed());
  EXPECT_EQ(redrive(broker_.settings(), queue_, 1, soon()).put_back, 1);
  EXPECT_EQ(broker_.take(queue_).message.id, "m1");
}

TEST_F(ConsumerTest, AHandlerWhoseErrorDoesNotPassGivesUpOnTheMessage) {
  Consumer consumer(
      settings(), [](const Message&, const std::stop_token&) -> Outcome { throw Error(ErrorCode::internal, "a bug"); });
  consumer.start();
  send("m1");
  EXPECT_EQ(wait_for_dead_letter().message_id, "m1");
}

TEST_F(ConsumerTest, RedrivingAQueueThatIsNotThereSaysSo) {
  const auto error = test::error_of([&] { redrive(broker_.settings(), "nothing", kMany, soon()); });
  EXPECT_EQ(error.code(), ErrorCode::not_found);
}

TEST_F(ConsumerTest, MakesItsQueueAgainWhenItIsRemoved) {
  Seen seen;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) {
    seen.note(message.id);
    return Outcome{};
  });
  consumer.start();
  send("m1");
  ASSERT_TRUE(seen.wait_for(1));
  broker_.remove_queue(queue_);
  auto session = broker_.connect();
  const auto until = Deadline::after(kPatience);
  auto fate = Fate::unroutable;
  while (fate == Fate::unroutable && !until.has_passed()) {
    fate = session.publish({.exchange = kRequestExchange, .key = "orders"}, {.id = "m2", .type = "erase", .body = "{}"},
                           soon());
  }
  ASSERT_TRUE(seen.wait_for(2));
}

TEST_F(ConsumerTest, ComesBackAfterTheBrokerAndReceivesWhatItHadNotAcknowledged) {
  Seen seen;
  std::mutex mutex;
  std::condition_variable changed;
  bool is_back = false;
  Consumer consumer(settings(), [&](const Message& message, const std::stop_token&) {
    if (seen.note(message.id) == 1) {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, std::chrono::minutes(4), [&] { return is_back; });
    }
    return Outcome{.reply = Message{.id = "r-" + message.id, .type = "answer", .body = "{}"}};
  });
  consumer.start();
  send("m1");
  ASSERT_TRUE(seen.wait_for(1));
  test::rabbit().kill();
  test::rabbit().start();
  {
    const std::lock_guard lock(mutex);
    is_back = true;
    changed.notify_all();
  }
  EXPECT_EQ(broker_.take(kAnswerQueue).message.id, "r-m1");
  EXPECT_THAT(seen.ids(), ElementsAre("m1", "m1"));
}

}  // namespace
}  // namespace tenure::events
