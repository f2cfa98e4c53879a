#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/postgres/server/small_estate.h"

// Spec B6: what is refused of a registration, all of it at once; and what nobody does to their own account.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class UsersOverApi : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static Response send(const std::string& method, const std::string& path, const json& body, const Secret& token = {}) {
    Request request{.method = method, .path = path, .body = body.dump()};
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token.reveal();
    return estate().answer(std::move(request));
  }
  static std::vector<std::string> problems_of(const Response& answer) {
    EXPECT_EQ(answer.status, 400) << answer.body;
    return json::parse(answer.body).value("problems", std::vector<std::string>());
  }
  static std::string path_of(const Person& person) { return "/api/v1/auth/users/" + person.id.str(); }
};

TEST_F(UsersOverApi, AreToldEveryProblemOfARegistrationAtOnce) {
  const json wrong = {{"email", "nobody"}, {"full_name", ""}, {"password", "short"}};
  EXPECT_THAT(problems_of(send("POST", "/api/v1/auth/register", wrong)),
              ElementsAre(StartsWith("email: "), StartsWith("full_name: "), StartsWith("password: ")));
  EXPECT_THAT(problems_of(send("POST", "/api/v1/auth/users", wrong, estate().service_token())),
              ElementsAre(StartsWith("email: "), StartsWith("full_name: "), StartsWith("password: ")));
  EXPECT_THAT(problems_of(send("POST", "/api/v1/auth/register", {{"email", "nobody"}, {"colour", "red"}})),
              ElementsAre(StartsWith("colour: "), StartsWith("email: "), "full_name: missing", "password: missing"));
}

TEST_F(UsersOverApi, AreToldEveryProblemOfANewPasswordAtOnce) {
  const auto person = estate().add_person();
  EXPECT_THAT(problems_of(send("POST", "/api/v1/auth/me/password", {{"new_password", "short"}}, person.token)),
              ElementsAre("current_password: missing", StartsWith("new_password: ")));
}

// The last admin would lock everybody out.
TEST_F(UsersOverApi, NeitherSuspendNorDemoteThemselves) {
  const auto admin = estate().add_person(UserId::random(), true);
  const auto other = estate().add_person(UserId::random(), true);
  for (const json& change : {json{{"is_active", false}}, json{{"is_platform_admin", false}},
                             json{{"is_active", false}, {"full_name", "Somebody Else"}}}) {
    const auto answer = send("PATCH", path_of(admin), change, admin.token);
    EXPECT_EQ(answer.status, 409) << change << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("user_id: "));
  }
  const auto renamed = send("PATCH", path_of(admin),
                            {{"full_name", "Ada"}, {"is_active", true}, {"is_platform_admin", true}}, admin.token);
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  const auto account = json::parse(renamed.body);
  EXPECT_EQ(account.at("full_name"), "Ada");
  EXPECT_EQ(account.at("is_active"), true);
  EXPECT_EQ(account.at("is_platform_admin"), true);
  EXPECT_EQ(send("PATCH", path_of(admin), {{"is_platform_admin", false}}, other.token).status, 200) << "another may";
  EXPECT_EQ(send("PATCH", path_of(other), {{"is_active", false}}, estate().service_token()).status, 200);
}

}  // namespace
}  // namespace tenure::server
