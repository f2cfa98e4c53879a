#include "store/contract_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

// A1, A2, A10: the bodies of the deletion contract.
namespace tenure::store {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const TenantId kTenant = TenantId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
const UserId kUser = UserId::parse("7c9e6679-7425-40de-944b-e07fc1f90ae7");

Preview full_preview() {
  return {.data_counts = {{"orders", 120}, {"order_items", 3400}, {"audit_logs", 0}},
          .changed_counts = {{"comments", 2}},
          .kept_counts = {{"notification_templates", 5}},
          .kept_reasons = {{"notification_templates", "shipped with the product"}, {"city_weather", "shared"}},
          .outside_rows = {{"order_items", "order_items.promotion_id", "promotions", 7, "set_null"},
                           {"links", "links.order_id", "orders", 1, ""}}};
}

DeletionResult result_of(const Subject& subject, bool success) {
  DeletionResult result{.service = "orders", .subject = subject, .success = success};
  result.deleted_counts = {{"orders", 2}, {"order_items", 5}};
  result.changed_counts = {{"comments", 1}};
  result.digest = "abc123";
  result.started_at = WallTime(Milliseconds(1772366400000));
  result.completed_at = WallTime(Milliseconds(1772366401500));
  return result;
}

/// The message of the Error that reading `body` ends with.
template <class Read>
std::string error_of(ErrorCode code, Read read, const json& body) {
  try {
    read(body);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "(no error)";
}

TEST(PreviewJson, HasTheContractsFields) {
  const auto body = preview_to_json("orders", kTenant, full_preview());
  EXPECT_EQ(body["tenant_id"], kTenant.str());
  EXPECT_EQ(body["service"], "orders");
  EXPECT_EQ(body["data_counts"], (json{{"orders", 120}, {"order_items", 3400}, {"audit_logs", 0}}));
  EXPECT_EQ(body["total_items"], 3520);
  EXPECT_EQ(body["kept"]["city_weather"], (json{{"reason", "shared"}, {"rows", nullptr}}));
  EXPECT_EQ(body["outside_rows"][1]["rule"], nullptr);
}

TEST(PreviewJson, OfAUserNamesTheUser) {
  const auto body = preview_to_json("training", kUser, {});
  EXPECT_EQ(body["user_id"], kUser.str());
  EXPECT_FALSE(body.contains("tenant_id"));
  EXPECT_TRUE(body["data_counts"].is_object());
  EXPECT_EQ(body["total_items"], 0);
}

TEST(PreviewJson, ReadsBackAsItWasWritten) {
  const auto text = preview_to_json("orders", kTenant, full_preview()).dump();
  EXPECT_EQ(preview_from_json(json::parse(text)), full_preview());
}

TEST(PreviewJson, OfAForeignServiceNeedsOnlyTheContractsFields) {
  const auto preview = preview_from_json({{"tenant_id", "x"}, {"service", "crm"}, {"data_counts", {{"leads", 3}}}});
  EXPECT_EQ(preview.data_counts, (Counts{{"leads", 3}}));
  EXPECT_TRUE(preview.outside_rows.empty());
}

TEST(PreviewJson, ThatCannotBeReadNamesTheField) {
  const auto error = [](const json& body) { return error_of(ErrorCode::corrupt, preview_from_json, body); };
  EXPECT_THAT(error(json::array()), HasSubstr("body"));
  EXPECT_THAT(error(nullptr), HasSubstr("body"));
  EXPECT_THAT(error(json::object()), HasSubstr("data_counts: is missing"));
  EXPECT_THAT(error({{"data_counts", 3}}), HasSubstr("data_counts"));
  EXPECT_THAT(error({{"data_counts", {{"orders", "3"}}}}), HasSubstr("data_counts"));
  EXPECT_THAT(error({{"data_counts", {{"orders", -1}}}}), HasSubstr("data_counts"));
  EXPECT_THAT(error({{"data_counts", {{"orders", 1.5}}}}), HasSubstr("data_counts"));
  EXPECT_THAT(error({{"data_counts", {{"orders", std::numeric_limits<std::uint64_t>::max()}}}}),
              HasSubstr("data_counts"));
  EXPECT_THAT(error({{"data_counts", json::object()}, {"changed_counts", json::array()}}), HasSubstr("changed_counts"));
  EXPECT_THAT(error({{"data_counts", json::object()}, {"outside_rows", {{{"table", "a"}}}}}),
              HasSubstr("outside_rows"));
  EXPECT_THAT(error({{"data_counts", json::object()}, {"kept", {{"a", 1}}}}), HasSubstr("kept"));
}

TEST(ResultJson, HasTheContractsSummary) {
  const auto summary = result_to_json(result_of(kTenant, true))["summary"];
  EXPECT_EQ(summary["tenant_id"], kTenant.str());
  EXPECT_EQ(summary["service"], "orders");
  EXPECT_EQ(summary["success"], true);
  EXPECT_EQ(summary["deleted_counts"], (json{{"orders", 2}, {"order_items", 5}}));
  EXPECT_EQ(summary["total_deleted"], 7);
  EXPECT_EQ(summary["errors"], json::array());
  EXPECT_EQ(summary["started_at"], "2026-03-01T12:00:00.000Z");
  EXPECT_EQ(summary["completed_at"], "2026-03-01T12:00:01.500Z");
}

TEST(ResultJson, SaysInWordsWhatHappened) {
  EXPECT_EQ(result_to_json(result_of(kTenant, true))["message"], "orders: the tenant's data is deleted");
  EXPECT_EQ(result_to_json(result_of(kUser, true))["message"], "orders: the user's data is deleted");
  EXPECT_EQ(result_to_json(result_of(kUser, false))["message"], "orders: the deletion failed");
}

TEST(ResultJson, OfASuccessReadsBackAsAnErasure) {
  const auto erasure = erasure_from_json(json::parse(result_to_json(result_of(kTenant, true)).dump()));
  EXPECT_EQ(erasure.deleted_counts, (Counts{{"orders", 2}, {"order_items", 5}}));
  EXPECT_EQ(erasure.changed_counts, (Counts{{"comments", 1}}));
  EXPECT_EQ(erasure.digest, "abc123");
}

TEST(ResultJson, OfAFailureIsRetriedAndRepeatsNoWordsOfAStranger) {
  auto failed = result_of(kTenant, false);
  failed.errors = {"lock timeout", "second"};
  try {
    erasure_from_json(result_to_json(failed));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_EQ(error.retry(), Retry::later);
    EXPECT_THAT(error.what(), HasSubstr("reported a failure"));
    EXPECT_EQ(std::string(error.what()).find("lock timeout"), std::string::npos);
  }
}

TEST(ResultJson, ThatCannotBeReadNamesTheField) {
  const auto error = [](const json& body) { return error_of(ErrorCode::corrupt, erasure_from_json, body); };
  EXPECT_THAT(error(json::array()), HasSubstr("summary"));
  EXPECT_THAT(error({{"summary", 1}}), HasSubstr("summary"));
  EXPECT_THAT(error({{"summary", json::object()}}), HasSubstr("summary.success"));
  EXPECT_THAT(error({{"summary", {{"success", "yes"}}}}), HasSubstr("summary.success"));
  EXPECT_THAT(error({{"summary", {{"success", true}}}}), HasSubstr("deleted_counts: is missing"));
}

}  // namespace
}  // namespace tenure::store
