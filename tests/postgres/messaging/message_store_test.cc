#include "messaging/message_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "events/relay_thread.h"
#include "messaging/in_process.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"
#include "tests/support/scripted_store.h"

// C11, C6: a service reached by message, in process through the outbox; answers that are late, lost or of another call.
namespace tenure::messaging {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using pg::operator""_sql;

constexpr Milliseconds kPatience{30000};

Call soon() { return Call::within(kPatience); }

/// The outbox of a test, which hands requests to nobody but keeps them.
class Kept final : public events::Transport {
 public:
  void deliver(const events::Delivery& delivery, const Call&) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(delivery.event);
    changed_.notify_all();
  }
  events::Event wait_for(std::size_t number) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= number; }));
    return requests_.at(number - 1);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<events::Event> requests_;
};

class MessageStoreTest : public ::testing::Test {
 protected:
  MessageStoreTest() {
    auto connection = database_.connect();
    events::install_schema(connection);
    install_schema(connection);
    install_schema(connection);
    desk_.start();
  }

  store::EraseRequest order() const { return {.subject = tenant_, .idempotency_key = "k1", .job = job_, .epoch = 3}; }

  /// As the service would answer this request.
  void answer(const events::Event& request, const store::Counts& deleted) {
    const auto read = request_from_json_text(request.payload);
    const store::DeletionResult result{
        .service = "orders", .subject = read.subject, .success = true, .deleted_counts = deleted, .digest = "d"};
    accept(request, to_json_text(answer_of(read, request.id.str(), result)));
  }
  void fail(const events::Event& request, const Error& error) {
    const auto read = request_from_json_text(request.payload);
    accept(request, to_json_text(answer_of(read, request.id.str(), error)));
  }
  void accept(const events::Event& request, const std::string& body) {
    EXPECT_TRUE(desk_.accept({.id = request.id.str(), .type = "answer", .body = body}).is_understood);
  }

  ErrorCode failure_of_erasing(const Call& call) {
    return test::error_of([&] { store_.erase(order(), call, {}); }).code();
  }

  void wait_until(const std::string& condition) const {
    // In the database, so that this is one call that blocks and not a poll.
    database_.run(
        fmt::format("DO $wait$ BEGIN FOR i IN 1..1200 LOOP IF {} THEN RETURN; END IF; "
                    "PERFORM pg_sleep(0.02); END LOOP; RAISE 'in vain'; END $wait$",
                    condition));
  }

  const TenantId tenant_ = TenantId::random();
  const JobId job_ = JobId::random();
  const SystemClock clock_;
  const test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 8};
  AnswerDesk desk_{control_};
  MessageStore store_{"orders", desk_, true};
};

TEST_F(MessageStoreTest, AsksAndGetsTheAnswerOfTheServicesStore) {
  test::ScriptedStore real({.rows = {{"orders", 5}}});
  InProcessTransport::Responders responders;
  responders["orders"] = std::make_unique<Responder>("orders", real, &control_, clock_);
  InProcessTransport transport(std::move(responders), desk_);
  events::RelayThread relay(control_, transport);
  relay.start();
  EXPECT_EQ(store_.preview(tenant_, soon()).data_counts, (store::Counts{{"orders", 5}}));
  store::Counts reported;
  const auto erasure = store_.erase(order(), soon(), [&](const store::Counts& counts) { reported = counts; });
  EXPECT_EQ(erasure.deleted_counts, (store::Counts{{"orders", 5}}));
  EXPECT_EQ(reported, erasure.deleted_counts);
  EXPECT_FALSE(erasure.is_replay);
  EXPECT_TRUE(store_.verify(tenant_, soon()).is_clean());
  ASSERT_THAT(real.orders(), SizeIs(1));
  EXPECT_EQ(real.orders()[0].idempotency_key, "k1");
  EXPECT_EQ(real.orders()[0].job, job_);
  EXPECT_EQ(real.orders()[0].epoch, 3);
  EXPECT_EQ(database_.value("SELECT string_agg(answer->>'operation', ',') FROM tenure.service_calls"), "erase")
      << "what has no effect leaves nothing behind";

  relay.stop();
}

TEST_F(MessageStoreTest, AnErrorOfTheServiceIsTheErrorOfTheCall) {
  test::ScriptedStore real({.failure = Error(ErrorCode::refused, "orders.customer_id: rows of others")});
  InProcessTransport::Responders responders;
  responders["orders"] = std::make_unique<Responder>("orders", real, &control_, clock_);
  InProcessTransport transport(std::move(responders), desk_);
  events::RelayThread relay(control_, transport);
  relay.start();
  EXPECT_EQ(failure_of_erasing(soon()), ErrorCode::refused);
  real.recover();
  EXPECT_NO_THROW(store_.erase(order(), soon(), {})) << "asked again, it is tried again";
  relay.stop();
}

TEST_F(MessageStoreTest, ARequestThatNeverLeftIsWithdrawn) {
  std::stop_source stop;
  ErrorCode code{};
  std::jthread asking([&] { code = failure_of_erasing({Deadline(), stop.get_token()}); });
  wait_until("EXISTS (SELECT FROM tenure.outbox)");
  stop.request_stop();
  asking.join();
  EXPECT_EQ(code, ErrorCode::timeout);
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.outbox"), "0");
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.service_calls"), "0");
}

// A relay that cannot reach its broker has the row in its hands most of the time.
TEST_F(MessageStoreTest, WithdrawingWaitsForARelayThatHasTheRequestInItsHands) {
  std::stop_source stop;
  ErrorCode code{};
  std::jthread asking([&] { code = failure_of_erasing({Deadline(), stop.get_token()}); });
  wait_until("EXISTS (SELECT FROM tenure.outbox)");
  {
    auto connection = database_.connect();
    pg::Transaction relay(connection);
    relay.exec("SELECT FROM tenure.outbox FOR UPDATE"_sql);
    stop.request_stop();
    wait_until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
  }
  asking.join();
  EXPECT_EQ(code, ErrorCode::timeout);
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.outbox"), "0");
}

TEST_F(MessageStoreTest, OfARequestThatLeftTheOutcomeIsUnknown) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  std::stop_source stop;
  ErrorCode code{};
  std::jthread asking([&] { code = failure_of_erasing({Deadline(), stop.get_token()}); });
  kept.wait_for(1);
  relay.stop();
  stop.request_stop();
  asking.join();
  EXPECT_EQ(code, ErrorCode::outcome_unknown);
}

TEST_F(MessageStoreTest, ALateAnswerOfAnEarlierCallIsNotThatOfALaterOne) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  std::stop_source stop;
  std::jthread asking([&] { EXPECT_THROW(store_.erase(order(), {Deadline(), stop.get_token()}, {}), Error); });
  kept.wait_for(1);
  stop.request_stop();
  asking.join();
  answer(kept.wait_for(1), {{"orders", 4}});
  std::jthread again([&] {
    const auto error = test::error_of([&] { store_.erase(order(), soon(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  });
  fail(kept.wait_for(2), Error(ErrorCode::conflict, "an epoch that is over"));
}

TEST_F(MessageStoreTest, ALateErrorOfAnEarlierCallIsNotThatOfALaterOne) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  std::stop_source stop;
  std::jthread first([&] { EXPECT_THROW(store_.erase(order(), {Deadline(), stop.get_token()}, {}), Error); });
  kept.wait_for(1);
  stop.request_stop();
  first.join();
  std::jthread second([&] {
    EXPECT_EQ(store_.erase(order(), soon(), {}).deleted_counts, (store::Counts{{"orders", 2}}));
  });
  kept.wait_for(2);
  fail(kept.wait_for(1), Error(ErrorCode::refused, "of the first"));
  answer(kept.wait_for(2), {{"orders", 2}});
}

TEST_F(MessageStoreTest, TheFirstAnswerOfARequestStays) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  std::jthread asking([&] {
    EXPECT_EQ(store_.erase(order(), soon(), {}).deleted_counts, (store::Counts{{"orders", 1}}));
  });
  answer(kept.wait_for(1), {{"orders", 1}});
  asking.join();
  answer(kept.wait_for(1), {{"orders", 9}});
  EXPECT_EQ(
      database_.value("SELECT answer->'result'->'summary'->'deleted_counts'->>'orders' FROM tenure.service_calls"),
      "1");
}

// Whoever is written in another language may give its messages what ids it likes.
TEST_F(MessageStoreTest, AnswersAreKnownByTheirRequestAndNotByAnIdOfTheirOwn) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  for (const std::int64_t number : {1, 2}) {
    std::jthread asking([&] {
      EXPECT_EQ(store_.erase(order(), soon(), {}).deleted_counts, (store::Counts{{"orders", number}}));
    });
    auto request = kept.wait_for(static_cast<std::size_t>(number));
    const auto read = request_from_json_text(request.payload);
    const store::DeletionResult result{.service = "orders",
                                       .subject = read.subject,
                                       .success = true,
                                       .deleted_counts = {{"orders", number}},
                                       .digest = "d"};
    const auto body = to_json_text(answer_of(read, request.id.str(), result));
    EXPECT_TRUE(desk_.accept({.id = "", .type = "answer", .body = body}).is_understood);
  }
}

TEST_F(MessageStoreTest, ARequestThatExpiredIsNotCarriedOut) {
  test::ScriptedStore real({.rows = {{"orders", 5}}});
  InProcessTransport::Responders responders;
  responders["orders"] = std::make_unique<Responder>("orders", real, &control_, clock_);
  InProcessTransport transport(std::move(responders), desk_);
  auto request = erase_request("orders", order());
  const auto order_that_expires_in = [&](Milliseconds time) {
    return events::Event{.topic = "erase", .payload = to_json_text(request), .recipient = "orders", .expires_in = time};
  };
  {
    // Whoever asked has died meanwhile, and the relay was down.
    auto connection = database_.connect();
    pg::Transaction transaction(connection);
    events::publish(transaction, order_that_expires_in(Milliseconds(0)));
    transaction.commit();
  }
  events::OutboxRelay relay(control_, transport);
  EXPECT_EQ(relay.deliver_pending(soon()), 0);
  // It left in time, but no thread was free.
  transport.deliver({.event = order_that_expires_in(Milliseconds(0)), .expiry = Deadline::after(Milliseconds(0))},
                    soon());
  transport.finish(kPatience);
  EXPECT_THAT(real.orders(), IsEmpty());
  transport.deliver({.event = order_that_expires_in(kPatience), .expiry = Deadline::after(kPatience)}, soon());
  transport.finish(kPatience);
  EXPECT_THAT(real.orders(), SizeIs(1)) << "what was handed over ends before finish() does";
}

TEST_F(MessageStoreTest, ARequestExpiresBeforeWhoeverAskedGivesUp) {
  std::stop_source stop;
  std::jthread asking([&] {
    EXPECT_THROW(store_.erase(order(), {Deadline::after(std::chrono::minutes(10)), stop.get_token()}, {}), Error);
  });
  wait_until(
      "EXISTS (SELECT FROM tenure.outbox WHERE expires_at BETWEEN published_at + interval '5 minutes' "
      "AND published_at + interval '10 minutes')");
  stop.request_stop();
}

TEST_F(MessageStoreTest, AProcessMayWaitForItsFirstQuestionBeforeItListens) {
  AnswerDesk late(control_);
  int starts = 0;
  late.start_when_asked([&] { ++starts; });
  MessageStore store("orders", late, true);
  EXPECT_EQ(starts, 0);
  for (int at = 0; at < 2; ++at) EXPECT_THROW(store.preview(tenant_, Call::within(Milliseconds(1))), Error);
  EXPECT_EQ(starts, 1);
}

TEST_F(MessageStoreTest, AnAnswerThatNobodyAskedForIsNothing) {
  const auto request = erase_request("orders", order());
  const auto id = Uuid::random().str();
  const auto body = to_json_text(answer_of(request, id, Error(ErrorCode::refused, "no")));
  EXPECT_TRUE(desk_.accept({.id = id, .type = "answer", .body = body}).is_understood);
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.service_calls"), "0");
}

TEST_F(MessageStoreTest, WhatIsNoAnswerIsForTheDeadLetters) {
  EXPECT_FALSE(desk_.accept({.id = "1", .type = "answer", .body = "{"}).is_understood);
  EXPECT_FALSE(desk_
                   .accept({.id = "2",
                            .type = "answer",
                            .body = R"({"request_id": "x", "service": "s", "operation": "erase", "result": {}})"})
                   .is_understood);
}

TEST_F(MessageStoreTest, AServiceCannotAnswerForAnother) {
  Kept kept;
  events::RelayThread relay(control_, kept);
  relay.start();
  std::jthread asking([&] {
    EXPECT_EQ(store_.erase(order(), soon(), {}).deleted_counts, (store::Counts{{"orders", 1}}));
  });
  const auto request = kept.wait_for(1);
  auto read = request_from_json_text(request.payload);
  read.service = "crm";
  EXPECT_TRUE(desk_
                  .accept({.id = "forged",
                           .type = "answer",
                           .body = to_json_text(answer_of(read, request.id.str(), Error(ErrorCode::refused, "no")))})
                  .is_understood);
  answer(request, {{"orders", 1}});
}

}  // namespace
}  // namespace tenure::messaging
