#include "server/problem.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tenure::server {
namespace {

TEST(Problem, HasAStatusForEveryErrorCode) {
  const std::map<ErrorCode, int> expected = {
      {ErrorCode::invalid_argument, 400}, {ErrorCode::unauthenticated, 401}, {ErrorCode::forbidden, 403},
      {ErrorCode::not_found, 404},        {ErrorCode::conflict, 409},        {ErrorCode::stale, 409},
      {ErrorCode::refused, 422},          {ErrorCode::corrupt, 500},         {ErrorCode::internal, 500},
      {ErrorCode::outcome_unknown, 502},  {ErrorCode::unavailable, 503},     {ErrorCode::timeout, 504},
      {ErrorCode::unfinished, 503}};
  for (const auto& [code, status] : expected) EXPECT_EQ(status_of(code), status) << to_string(code);
}

TEST(Problem, HoldsWhatAPersonAndAProgramNeed) {
  const auto response =
      problem(Error(ErrorCode::refused, "orders: two rules are missing").with_problems({"one", "two"}), "r1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(response.body), nlohmann::json({{"type", "urn:tenure:error:refused"},
                                                                  {"title", "Unprocessable Content"},
                                                                  {"status", 422},
                                                                  {"detail", "orders: two rules are missing"},
                                                                  {"problems", {"one", "two"}},
                                                                  {"request_id", "r1"}}));
}

TEST(Problem, KeepsWhatABugOfOursSaysToItself) {
  const auto response = problem(Error(ErrorCode::internal, "pointer 0x1234").with_problems({"secret"}), "r1");
  EXPECT_EQ(response.body.find("0x1234"), std::string::npos);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

// They name hosts, databases and roles; a service of the estate puts them into its job's result.
TEST(Problem, TellsWhatFailedInsideToServicesOnly) {
  for (const auto code : {ErrorCode::unavailable, ErrorCode::timeout, ErrorCode::outcome_unknown, ErrorCode::corrupt}) {
    const auto error =
        Error(code, "control on db.internal:5432 as postgres", Retry::later).with_problems({"db.internal"});
    const auto public_body = problem(error, "r1").body;
    EXPECT_EQ(public_body.find("db.internal"), std::string::npos) << public_body;
    EXPECT_NE(nlohmann::json::parse(public_body)["detail"], "") << public_body;
    EXPECT_EQ(nlohmann::json::parse(public_body)["retry"], "later");
    const auto to_service = nlohmann::json::parse(problem(error, "r1", Audience::service).body);
    EXPECT_EQ(to_service["detail"], "control on db.internal:5432 as postgres");
    EXPECT_EQ(to_service["problems"], nlohmann::json::array({"db.internal"}));
  }
  const auto bug = problem(Error(ErrorCode::internal, "pointer 0x1234"), "r1", Audience::service);
  EXPECT_EQ(bug.body.find("0x1234"), std::string::npos);
}

TEST(Problem, SaysHowToGoOn) {
  EXPECT_EQ(problem(Error(ErrorCode::unauthenticated, "x"), "r").headers.count("WWW-Authenticate"), 1U);
  const auto later = problem(Error(ErrorCode::unavailable, "x", Retry::later), "r");
  EXPECT_EQ(later.headers.count("Retry-After"), 1U);
  EXPECT_EQ(nlohmann::json::parse(later.body)["retry"], "later");
}

}  // namespace
}  // namespace tenure::server
