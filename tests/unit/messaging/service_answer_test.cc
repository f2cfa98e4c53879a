#include "messaging/service_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// C11: answers of services as JSON, with the bodies of the deletion contract.
namespace tenure::messaging {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const ServiceRequest kErase = erase_request("orders", {.subject = TenantId::random(), .idempotency_key = "k"});

ServiceAnswer through_json(const ServiceAnswer& answer) { return answer_from_json_text(to_json_text(answer)); }

TEST(ServiceAnswer, CarriesAnErasure) {
  const store::DeletionResult result{.service = "orders",
                                     .subject = kErase.subject,
                                     .success = true,
                                     .deleted_counts = {{"orders", 3}},
                                     .changed_counts = {{"notes", 1}},
                                     .digest = "d1",
                                     .is_replay = true};
  const auto answer = through_json(answer_of(kErase, "id", result));
  EXPECT_EQ(answer.request_id, "id");
  EXPECT_EQ(answer.service, "orders");
  EXPECT_EQ(answer.operation, Operation::erase);
  const store::Erasure expected{
      .deleted_counts = {{"orders", 3}}, .changed_counts = {{"notes", 1}}, .digest = "d1", .is_replay = true};
  EXPECT_EQ(to_erasure(answer), expected);
}

TEST(ServiceAnswer, CarriesAPreviewAResidueAndARestoration) {
  const store::Preview preview{.data_counts = {{"orders", 2}},
                               .changed_counts = {},
                               .kept_counts = {{"templates", 1}},
                               .kept_reasons = {{"templates", "shipped"}},
                               .outside_rows = {}};
  EXPECT_EQ(to_preview(through_json(answer_of(kErase, "id", preview))).kept_counts, preview.kept_counts);
  const store::Residue residue{.rows_left = {{"orders", 2}},
                               .orphans = {{"items.order_id", 1}},
                               .kept_counts = {{"templates", 1}},
                               .kept_reasons = {{"templates", "shipped"}, {"countries", "shared"}}};
  const auto read = to_residue(through_json(answer_of(kErase, "id", residue)));
  EXPECT_EQ(read.rows_left, residue.rows_left);
  EXPECT_EQ(read.orphans, residue.orphans);
  EXPECT_EQ(read.kept_counts, residue.kept_counts);
  EXPECT_EQ(read.kept_reasons, residue.kept_reasons);
  const store::Restoration restoration{
      .restored_counts = {{"orders", 2}}, .reverted_counts = {{"notes", 1}}, .is_replay = true};
  EXPECT_EQ(to_restoration(through_json(answer_of(kErase, "id", restoration))), restoration);
}

TEST(ServiceAnswer, CarriesAnErrorWithItsAdviceAndEveryProblem) {
  const auto answer = through_json(
      answer_of(kErase, "id", Error(ErrorCode::conflict, "two problems", Retry::later).with_problems({"one", "two"})));
  try {
    to_erasure(answer);
    ADD_FAILURE() << "it was an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_EQ(error.retry(), Retry::later);
    EXPECT_STREQ(error.what(), "two problems");
    EXPECT_THAT(error.problems(), ElementsAre("one", "two"));
  }
}

TEST(ServiceAnswer, DoesNotTellWhatABugOfOursSaid) {
  EXPECT_THAT(to_json_text(answer_of(kErase, "id", Error(ErrorCode::internal, "row of ann@example.org"))),
              Not(HasSubstr("ann")));
}

TEST(ServiceAnswer, NamesTheFieldThatIsWrong) {
  const json valid{{"request_id", "r"}, {"service", "orders"}, {"operation", "erase"}, {"result", json::object()}};
  const auto refusal = [](const json& body) -> std::string {
    try {
      answer_from_json_text(body.dump());
      return "none";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return error.what();
    }
  };
  const auto with = [&](const char* field, const json& value) {
    auto body = valid;
    body[field] = value;
    return refusal(body);
  };
  EXPECT_EQ(refusal(valid), "none");
  EXPECT_THAT(with("request_id", 1), HasSubstr("request_id"));
  EXPECT_THAT(with("operation", "x"), HasSubstr("operation"));
  EXPECT_THAT(with("result", "x"), HasSubstr("result"));
  EXPECT_THAT(with("error", json::object()), HasSubstr("one of result and error"));
  auto failed = valid;
  failed.erase("result");
  failed["error"] = {{"code", "no such code"}, {"detail", "d"}};
  EXPECT_THAT(refusal(failed), HasSubstr("code"));
  failed["error"] = {{"code", "conflict"}};
  EXPECT_THAT(refusal(failed), HasSubstr("detail"));
}

}  // namespace
}  // namespace tenure::messaging
