#include "messaging/responder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/support/database.h"
#include "tests/support/scripted_store.h"

// C11: the service's side. Its inbox is in its own database; a message that comes again has no second effect.
namespace tenure::messaging {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ResponderTest : public ::testing::Test {
 protected:
  static events::Message message(const ServiceRequest& request, const std::string& id = "m1") {
    return {.id = id, .type = std::string(to_string(request.operation)), .body = to_json_text(request)};
  }

  ServiceAnswer answer_to(const events::Message& request) {
    const auto outcome = responder_.handle(request, {});
    EXPECT_TRUE(outcome.is_understood);
    EXPECT_EQ(outcome.reply.value().correlation_id, request.id);
    return answer_from_json_text(outcome.reply->body);
  }

  bool is_understood(const events::Message& request) { return responder_.handle(request, {}).is_understood; }

  const TenantId tenant_ = TenantId::random();
  const SystemClock clock_;
  const test::TestDatabase database_;
  pg::Pool pool_{database_.settings(), 2};
  test::ScriptedStore store_{{.rows = {{"orders", 5}}}};
  std::vector<std::string> errors_;
  Responder responder_{"orders", store_, &pool_, clock_, [this](const std::string& what) { errors_.push_back(what); }};
  const ServiceRequest erase_ = erase_request("orders", {.subject = tenant_, .idempotency_key = "k1"});
};

TEST_F(ResponderTest, TheSameMessageAgainIsAnsweredAlikeWithoutTheStore) {
  const auto first = answer_to(message(erase_));
  EXPECT_EQ(to_erasure(first).deleted_counts, (store::Counts{{"orders", 5}}));
  const auto again = answer_to(message(erase_));
  EXPECT_EQ(again.result, first.result);
  EXPECT_THAT(store_.orders(), SizeIs(1));
  EXPECT_EQ(database_.value("SELECT deliveries FROM tenure.inbox WHERE consumer = 'orders' AND message_id = 'm1'"),
            "2");
}

TEST_F(ResponderTest, WhatCameLongAgoIsForgotten) {
  answer_to(message(erase_, "old"));
  answer_to(message(erase_, "new"));
  database_.run("UPDATE tenure.inbox SET received_at = now() - interval '31 days' WHERE message_id = 'old'");
  Responder later("orders", store_, &pool_, clock_);
  later.handle(message(erase_, "later"), {});
  EXPECT_EQ(database_.value("SELECT string_agg(message_id, ',' ORDER BY message_id) FROM tenure.inbox"), "later,new");
}

// As after a crash between the effect and the note of it.
TEST_F(ResponderTest, AnEffectThatWasNotNotedIsFoundByItsReceipt) {
  answer_to(message(erase_));
  database_.run("UPDATE tenure.inbox SET answer = NULL, answered_at = NULL");
  const auto again = answer_to(message(erase_));
  EXPECT_EQ(to_erasure(again).deleted_counts, (store::Counts{{"orders", 5}}));
  EXPECT_TRUE(again.is_replay);
}

TEST_F(ResponderTest, AnErasureWithoutAKeyIsKnownByItsMessage) {
  answer_to(message(erase_request("orders", {.subject = tenant_}), "m7"));
  ASSERT_THAT(store_.orders(), SizeIs(1));
  EXPECT_EQ(store_.orders()[0].idempotency_key, "m7");
}

TEST_F(ResponderTest, PreviewsLeaveNothingInTheDatabase) {
  EXPECT_EQ(to_preview(answer_to(message(preview_request("orders", tenant_)))).data_counts,
            (store::Counts{{"orders", 5}}));
  EXPECT_EQ(database_.value("SELECT to_regnamespace('tenure')"), "NULL");
}

TEST_F(ResponderTest, WhatTheStoreThrowsIsAnAnswer) {
  test::ScriptedStore failing({.failure = Error(ErrorCode::conflict, "a newer epoch", Retry::later)});
  Responder responder("orders", failing, &pool_, clock_);
  const auto answer = answer_from_json_text(responder.handle(message(erase_), {}).reply.value().body);
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code(), ErrorCode::conflict);
  EXPECT_EQ(answer.error->retry(), Retry::later);
}

TEST_F(ResponderTest, AServiceWithoutItsDatabaseAnswersThatItIsUnavailable) {
  pg::Pool nowhere(pg::ConnectionSettings::parse("postgresql://127.0.0.1:1/none"), 1);
  Responder responder("orders", store_, &nowhere, clock_);
  const auto answer = answer_from_json_text(responder.handle(message(erase_), {}).reply.value().body);
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code(), ErrorCode::unavailable);
  EXPECT_THAT(store_.orders(), SizeIs(0)) << "what cannot be noted is not begun";
}

TEST_F(ResponderTest, AStopIsNoAnswer) {
  std::stop_source stop;
  stop.request_stop();
  test::ScriptedStore hanging({.hangs = true});
  Responder responder("orders", hanging, nullptr, clock_);
  EXPECT_THROW(responder.handle(message(erase_), stop.get_token()), Error);
}

TEST_F(ResponderTest, MalformedAndMisdirectedRequestsAreForTheDeadLetters) {
  EXPECT_FALSE(is_understood({.id = "1", .type = "erase", .body = "{"}));
  EXPECT_FALSE(is_understood({.id = "2", .type = "erase", .body = R"({"service": "orders"})"}));
  EXPECT_FALSE(is_understood(message(erase_request("crm", {.subject = tenant_}))));
  EXPECT_FALSE(is_understood(message(erase_, "")));
  EXPECT_FALSE(is_understood(message(erase_, std::string(256, 'x'))));
  EXPECT_THAT(store_.orders(), SizeIs(0));
  EXPECT_THAT(errors_, SizeIs(5));
}

TEST_F(ResponderTest, ARoleThatMayNotMakeTheInboxIsToldWhatItLacks) {
  database_.run("DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  pg::Pool narrow(database_.settings().with("user", "narrow"), 1);
  Responder responder("orders", store_, &narrow, clock_);
  const auto answer = answer_from_json_text(responder.handle(message(erase_), {}).reply.value().body);
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code(), ErrorCode::refused);
  EXPECT_THAT(answer.error->what(), HasSubstr("tenure.inbox"));
}

}  // namespace
}  // namespace tenure::messaging
