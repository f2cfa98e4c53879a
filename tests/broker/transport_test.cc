#include "events/rabbitmq/transport.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "base/error.h"
#include "events/rabbitmq/topology.h"
#include "events/relay_thread.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"
#include "tests/support/rabbitmq.h"

// C11: the outbox leads to RabbitMQ; an event is delivered once the broker has confirmed it, in order.
namespace tenure::events {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Call soon() { return Call::within(Milliseconds(30000)); }

class BrokerTransportTest : public ::testing::Test {
 protected:
  BrokerTransportTest() {
    auto connection = database_.connect();
    install_schema(connection);
  }

  void publish_one(const Event& event) {
    auto connection = database_.connect();
    pg::Transaction transaction(connection);
    publish(transaction, event);
    transaction.commit();
  }

  void publish_requests(int first, int last) {
    for (int at = first; at <= last; ++at) {
      publish_one({.topic = "erase", .payload = fmt::format(R"({{"number": {}}})", at), .recipient = "orders"});
    }
  }

  std::string undelivered() const {
    return database_.value("SELECT count(*) FROM tenure.outbox WHERE delivered_at IS NULL");
  }

  std::vector<std::string> bodies_in(const std::string& queue, int count) const {
    auto session = broker_.connect();
    session.consume(queue, count);
    std::vector<std::string> bodies;
    while (static_cast<int>(bodies.size()) < count) {
      const auto arrival = session.next(soon());
      if (!arrival) break;
      bodies.push_back(arrival->message.body);
      session.acknowledge(*arrival);
    }
    return bodies;
  }

  const test::TestBroker broker_;
  const test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 8};
  BrokerTransport transport_{broker_.settings(), {"orders", "crm"}};
  OutboxRelay relay_{control_, transport_};
  const std::string queue_ = request_queue("orders");
};

TEST_F(BrokerTransportTest, ARequestGoesToItsServiceWithTheEventsId) {
  const Event event{.topic = "erase", .payload = R"({"a": 1})", .recipient = "orders"};
  publish_one(event);
  EXPECT_EQ(relay_.deliver_pending(soon()), 1);
  const auto arrival = broker_.take(queue_);
  EXPECT_EQ(arrival.message.id, event.id.str());
  EXPECT_EQ(arrival.message.type, "erase");
  EXPECT_EQ(arrival.message.body, R"({"a": 1})");
  EXPECT_EQ(undelivered(), "0");
}

TEST_F(BrokerTransportTest, ARequestThatNobodyTakesInItsTimeIsTakenByNobody) {
  publish_one({.topic = "erase", .payload = "{}", .recipient = "orders", .expires_in = Milliseconds(2000)});
  publish_one({.topic = "erase", .payload = R"({"number": 2})", .recipient = "orders"});
  EXPECT_EQ(relay_.deliver_pending(soon()), 2);
  ASSERT_TRUE(broker_.take(dead_queue(queue_)).death) << "nobody consumed the queue until then";
  EXPECT_THAT(bodies_in(queue_, 1), ElementsAre(R"({"number": 2})"));
}

TEST_F(BrokerTransportTest, AnEventGoesToWhoeverBoundAQueue) {
  {
    auto listener = broker_.connect();
    declare_topology(listener, {});
    listener.declare_queue({.name = "billing", .delivery_limit = 5});
    listener.bind("billing", {.exchange = kEventExchange, .key = "tenant.#"});
  }
  publish_one({.topic = "user.deleted", .payload = "{}"});
  publish_one({.topic = "tenant.deleted", .payload = R"({"job_id": "j"})"});
  EXPECT_EQ(relay_.deliver_pending(soon()), 2) << "that nobody listens to the first is no failure";
  EXPECT_EQ(broker_.take("billing").message.type, "tenant.deleted");
}

TEST_F(BrokerTransportTest, AQueueThatWasRemovedIsMadeAgain) {
  publish_requests(1, 1);
  relay_.deliver_pending(soon());
  broker_.remove_queue(queue_);
  publish_requests(2, 2);
  EXPECT_EQ(relay_.deliver_pending(soon()), 1);
  EXPECT_THAT(bodies_in(queue_, 1), ElementsAre(R"({"number": 2})"));
}

TEST_F(BrokerTransportTest, AnUnroutableRequestStaysAndHoldsUpNobodyElse) {
  publish_one({.topic = "erase", .payload = "{}", .recipient = "nobody"});
  publish_requests(1, 2);
  publish_one({.topic = "tenant.deleted", .payload = "{}"});
  const auto error = test::error_of([&] { relay_.deliver_pending(soon()); });
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_THAT(error.what(), HasSubstr("service nobody"));
  EXPECT_EQ(undelivered(), "1");
  EXPECT_THAT(bodies_in(queue_, 2), ElementsAre(R"({"number": 1})", R"({"number": 2})"));
}

TEST_F(BrokerTransportTest, SeveralRelaysAtOnceKeepTheOrder) {
  constexpr int kRelays = 3;
  constexpr int kEvents = 60;
  publish_requests(1, kEvents);
  std::latch together(kRelays);
  std::vector<std::jthread> relays;
  for (int at = 0; at < kRelays; ++at) {
    relays.emplace_back([&] {
      BrokerTransport transport(broker_.settings(), {"orders"});
      OutboxRelay relay(control_, transport);
      together.arrive_and_wait();
      relay.deliver_pending(soon());
    });
  }
  relays.clear();
  std::vector<std::string> expected;
  for (int at = 1; at <= kEvents; ++at) expected.push_back(fmt::format(R"({{"number": {}}})", at));
  EXPECT_EQ(bodies_in(queue_, kEvents), expected);
}

TEST_F(BrokerTransportTest, NothingIsLostWhileTheBrokerIsGone) {
  publish_requests(1, 1);
  relay_.deliver_pending(soon());
  test::rabbit().kill();
  publish_requests(2, 3);
  EXPECT_THROW(relay_.deliver_pending(soon()), Error);
  EXPECT_EQ(undelivered(), "2");
  test::rabbit().start();
  EXPECT_EQ(relay_.deliver_pending(soon()), 2);
  EXPECT_THAT(bodies_in(queue_, 3), ElementsAre(R"({"number": 1})", R"({"number": 2})", R"({"number": 3})"));
}

// The events of a job whose broker comes back are relayed by themselves.
TEST_F(BrokerTransportTest, TheThreadComesBackAfterTheBroker) {
  std::vector<std::string> errors;
  RelayThread thread(control_, transport_, [&](const std::string& what) { errors.push_back(what); });
  publish_requests(1, 1);
  relay_.deliver_pending(soon());
  thread.start();
  EXPECT_THAT(bodies_in(queue_, 1), ElementsAre(R"({"number": 1})"));
  test::rabbit().kill();
  publish_requests(2, 2);
  test::rabbit().start();
  EXPECT_THAT(bodies_in(queue_, 1), ElementsAre(R"({"number": 2})"));
  thread.stop();
  EXPECT_THAT(errors, AllOf(Not(IsEmpty()), Each(HasSubstr("broker"))));
}

}  // namespace
}  // namespace tenure::events
