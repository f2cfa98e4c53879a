#include "events/rabbitmq/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "events/rabbitmq/topology.h"
#include "tests/support/error_of.h"
#include "tests/support/rabbitmq.h"

// C11: publisher confirms with mandatory, quorum queues, delivery limit, dead letters.
namespace tenure::events {
namespace {

using ::testing::HasSubstr;

Call soon() { return Call::within(Milliseconds(30000)); }

class SessionTest : public ::testing::Test {
 protected:
  Session ready() const {
    auto session = broker_.connect();
    declare_topology(session, {"orders"});
    return session;
  }

  const test::TestBroker broker_;
  const Route route_{.exchange = kRequestExchange, .key = "orders"};
  const std::string queue_ = request_queue("orders");
  const Message message_{.id = "7b0b",
                         .type = "erase",
                         .body = R"({"a":1})",
                         .correlation_id = "c1",
                         .sent_at = WallTime(std::chrono::seconds(1700000000))};
};

TEST_F(SessionTest, AMessageArrivesAsItWasSent) {
  auto session = ready();
  EXPECT_EQ(session.publish(route_, message_, soon()), Fate::queued);
  session.consume(queue_, 1);
  const auto arrival = session.next(soon());
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->message.id, message_.id);
  EXPECT_EQ(arrival->message.type, message_.type);
  EXPECT_EQ(arrival->message.body, message_.body);
  EXPECT_EQ(arrival->message.correlation_id, message_.correlation_id);
  EXPECT_EQ(arrival->message.sent_at, message_.sent_at);
  EXPECT_FALSE(arrival->is_redelivered);
  EXPECT_FALSE(arrival->death);
}

TEST_F(SessionTest, ALargeBodyArrivesWhole) {
  auto session = ready();
  auto message = message_;
  message.body = std::string(1000000, 'x');
  session.publish(route_, message, soon());
  message.body.clear();
  session.publish(route_, message, soon());
  session.consume(queue_, 2);
  EXPECT_EQ(session.next(soon())->message.body.size(), 1000000U);
  EXPECT_EQ(session.next(soon())->message.body, "");
}

TEST_F(SessionTest, AReturnedMessageIsNotQueuedThoughItIsConfirmed) {
  auto session = ready();
  EXPECT_EQ(session.publish({.exchange = kRequestExchange, .key = "nobody"}, message_, soon()), Fate::unroutable);
  EXPECT_EQ(session.publish(route_, message_, soon()), Fate::queued) << "the next one has a fate of its own";
}

TEST_F(SessionTest, ANegativeConfirmationIsAnError) {
  broker_.make_queue("full", 1);
  auto session = broker_.connect();
  // A quorum queue refuses once it has noticed that it is over its length.
  std::optional<Error> refusal;
  for (int at = 0; at < 1000 && !refusal; ++at) {
    try {
      session.publish({.exchange = "", .key = "full"}, message_, soon());
    } catch (const Error& error) {
      refusal = error;
    }
  }
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code(), ErrorCode::unavailable);
  EXPECT_EQ(refusal->retry(), Retry::later);
  EXPECT_THAT(refusal->what(), HasSubstr("could not keep"));
}

TEST_F(SessionTest, AnExchangeThatIsNotThereIsAnErrorAndEndsTheSession) {
  auto session = broker_.connect();
  const auto error = test::error_of([&] { session.publish({.exchange = "missing", .key = "x"}, message_, soon()); });
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_THAT(error.what(), HasSubstr("missing"));
}

TEST_F(SessionTest, WhatIsNotSettledComesAgain) {
  ready().publish(route_, message_, soon());
  {
    auto dying = broker_.connect();
    dying.consume(queue_, 1);
    ASSERT_TRUE(dying.next(soon()));
  }
  auto session = broker_.connect();
  session.consume(queue_, 1);
  const auto again = session.next(soon());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->message.id, message_.id);
  EXPECT_TRUE(again->is_redelivered);
  session.acknowledge(*again);
  auto second = message_;
  second.id = "second";
  session.publish(route_, second, soon());
  EXPECT_EQ(session.next(soon())->message.id, "second") << "what is settled does not";
}

TEST_F(SessionTest, ARejectedMessageIsADeadLetterWithTheReason) {
  auto session = ready();
  session.publish(route_, message_, soon());
  session.consume(queue_, 1);
  session.reject(*session.next(soon()));
  const auto dead = broker_.take(dead_queue(queue_));
  EXPECT_EQ(dead.message.id, message_.id);
  EXPECT_EQ(dead.message.body, message_.body);
  ASSERT_TRUE(dead.death);
  EXPECT_EQ(dead.death->reason, "rejected");
  EXPECT_EQ(dead.death->queue, queue_);
  EXPECT_TRUE(dead.death->at);
}

TEST_F(SessionTest, AMessageThatComesBackTooOftenIsADeadLetter) {
  ready().publish(route_, message_, soon());
  for (int at = 0; at <= kDeliveryLimit; ++at) {
    // It goes back with the session.
    auto session = broker_.connect();
    session.consume(queue_, 1);
    ASSERT_TRUE(session.next(soon())) << at;
  }
  const auto dead = broker_.take(dead_queue(queue_));
  EXPECT_EQ(dead.message.id, message_.id);
  ASSERT_TRUE(dead.death);
  EXPECT_EQ(dead.death->reason, "delivery_limit");
}

TEST_F(SessionTest, AMessageThatExpiredReachesNobodyAndIsToldApart) {
  auto session = ready();
  auto message = message_;
  message.expires_in = Milliseconds(1);
  session.publish(route_, message, soon());
  const auto dead = broker_.take(dead_queue(queue_));
  EXPECT_EQ(dead.message.id, message_.id);
  ASSERT_TRUE(dead.death);
  EXPECT_EQ(dead.death->reason, "expired");
  EXPECT_EQ(session.count(queue_), 0);
}

TEST_F(SessionTest, AConsumerIsToldWhenItsQueueIsRemoved) {
  auto session = ready();
  session.consume(queue_, 1);
  broker_.remove_queue(queue_);
  EXPECT_THROW(session.next(soon()), Error);
}

TEST_F(SessionTest, AQueueOfAnotherKindIsNotTakenForOurs) {
  broker_.make_queue(queue_);
  const auto error = test::error_of([&] { ready(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr(queue_));
}

TEST_F(SessionTest, WaitsNoLongerThanItsCall) {
  auto session = ready();
  session.consume(queue_, 1);
  EXPECT_FALSE(session.next(Call::within(Milliseconds(1))));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(session.next({Deadline(), stop.get_token()}));
  session.publish(route_, message_, soon());
  EXPECT_TRUE(session.next(soon()));
}

}  // namespace
}  // namespace tenure::events
