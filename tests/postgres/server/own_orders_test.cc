#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/postgres/server/erased_tenant.h"
#include "tests/postgres/server/scene.h"

// Spec B10, E3: people see the deletions that they ordered, also when the tenant and their part in it are gone; and by
// that nobody else's.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OwnOrders : public ::testing::Test {
 protected:
  /// The tenant's deletion was the owner's order and has completed: nobody belongs to it any more.
  OwnOrders() {
    estate().in_control(fmt::format("update tenure.deletion_jobs set initiated_by = '{}' where id = '{}'",
                                    scene_.owner.str(), scene_.job.str()));
    erase_record(estate(), scene_.tenant);
  }

  static SmallEstate& estate() { return SmallEstate::shared(); }

  static Response get(const std::string& query, const Secret& token) {
    Request request{.method = "GET", .path = "/api/v1/auth/deletion-jobs", .query_text = query};
    request.headers["authorization"] = "Bearer " + token.reveal();
    return estate().answer(std::move(request));
  }
  static std::vector<std::string> jobs(const std::string& query, const Secret& token) {
    const auto answer = get(query, token);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> found;
    for (const auto& job : json::parse(answer.body).value("jobs", json::array())) found.push_back(job.at("job_id"));
    return found;
  }
  std::string by(const UserId& user) const { return "initiated_by=" + user.str(); }
  std::string of_tenant() const { return "&tenant_id=" + scene_.tenant.str(); }

  const Scene scene_{estate()};
};

TEST_F(OwnOrders, AreListedForWhoOrderedThem) {
  const auto owner = estate().add_person(scene_.owner);
  EXPECT_THAT(jobs(by(scene_.owner), owner.token), ElementsAre(scene_.job.str()));
  EXPECT_THAT(jobs(by(scene_.owner) + of_tenant(), owner.token), ElementsAre(scene_.job.str()));
  EXPECT_THAT(jobs(by(scene_.owner) + "&status=completed", owner.token), IsEmpty());
}

TEST_F(OwnOrders, AreNobodyElsesToList) {
  const auto owner = estate().add_person(scene_.owner);
  EXPECT_EQ(get("", owner.token).status, 403);
  EXPECT_EQ(get(of_tenant().substr(1), owner.token).status, 403) << "the tenant is not theirs any more";
  for (const auto& user : {scene_.admin, scene_.member, scene_.stranger}) {
    const auto person = estate().add_person(user);
    EXPECT_THAT(jobs(by(user), person.token), IsEmpty());
    for (const auto& query : {by(scene_.owner), by(scene_.owner) + of_tenant()}) {
      const auto answer = get(query, person.token);
      EXPECT_EQ(answer.status, 403) << answer.body;
      EXPECT_THAT(answer.body, Not(HasSubstr(scene_.job.str())));
    }
  }
}

TEST_F(OwnOrders, AreAFilterForOperators) {
  for (const auto& token : {estate().service_token(), estate().add_person(scene_.operator_, true).token}) {
    EXPECT_THAT(jobs(by(scene_.owner), token), ElementsAre(scene_.job.str()));
    EXPECT_THAT(jobs(by(scene_.admin), token), IsEmpty());
  }
  EXPECT_EQ(get("initiated_by=me", estate().service_token()).status, 400);
}

}  // namespace
}  // namespace tenure::server
