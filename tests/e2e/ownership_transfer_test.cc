#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/e2e/bakery.h"
#include "tests/e2e/people.h"

// Handing a tenant over, over HTTP (B3).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class OwnershipTransfer : public ::testing::Test {
 protected:
  static json to(const UserId& heir) { return {{"new_owner_id", heir.str()}}; }
  std::string owner() { return people_.as_service("GET", tenant_path(tenant_)).body["owner_id"]; }

  Bakery& bakery_ = Bakery::instance();
  People people_{bakery_.server(), bakery_.databases(), "control", bakery_.keys()};
  const std::string unique_ = Uuid::random().str();
  const UserId ana_ = people_.person("ana." + unique_);
  const UserId ben_ = people_.person("ben." + unique_);
  const UserId carla_ = people_.person("carla." + unique_);
  const TenantId tenant_ = people_.tenant(ana_, "Handed Over");
  const std::string path_ = tenant_path(tenant_, "transfer-ownership");
};

TEST_F(OwnershipTransfer, GoesFromTheOwnerToAnAdminAndToNobodyElse) {
  people_.join(tenant_, ben_, "admin");
  people_.join(tenant_, carla_, "manager");
  EXPECT_EQ(people_.as(ben_, "POST", path_, to(ben_)).status, 403);
  EXPECT_EQ(people_.as(carla_, "POST", path_, to(ben_)).status, 403);
  const auto to_manager = people_.as(ana_, "POST", path_, to(carla_));
  EXPECT_EQ(to_manager.status, 409) << to_manager;
  EXPECT_THAT(to_manager.detail(), HasSubstr("new_owner_id: "));
  EXPECT_EQ(people_.as(ana_, "POST", path_).status, 400);
  EXPECT_EQ(people_.as(ana_, "POST", path_, {{"new_owner_id", "ben"}}).status, 400);
  EXPECT_EQ(owner(), ana_.str());

  const auto transferred = people_.as(ana_, "POST", path_, to(ben_));
  ASSERT_EQ(transferred.status, 200) << transferred;
  EXPECT_EQ(transferred.body["owner_id"], ben_.str());
  EXPECT_EQ(people_.as(ana_, "GET", tenant_path(tenant_)).body["role"], "admin");
  EXPECT_EQ(people_.as(ben_, "GET", tenant_path(tenant_)).body["role"], "owner");
  EXPECT_EQ(people_.as(ana_, "POST", path_, to(ana_)).status, 403);
}

TEST_F(OwnershipTransfer, GoesToNobodyWhoCannotAct) {
  people_.join(tenant_, ben_, "admin");
  ASSERT_EQ(people_.as_service("PATCH", "/api/v1/auth/users/" + ben_.str(), {{"is_active", false}}).status, 200);
  const auto by_owner = people_.as(ana_, "POST", path_, to(ben_));
  EXPECT_EQ(by_owner.status, 400) << by_owner;
  EXPECT_THAT(by_owner.detail(), HasSubstr("new_owner_id: "));
  EXPECT_EQ(people_.as_service("POST", path_, to(ben_)).status, 400);
  EXPECT_EQ(owner(), ana_.str());
}

// B10: an admin cannot take the tenant over by making admins and unmaking the others.
TEST_F(OwnershipTransfer, OnlyTheOwnerMakesAndUnmakesAdmins) {
  people_.join(tenant_, ben_, "admin");
  people_.join(tenant_, carla_, "manager");
  const auto dora = people_.person("dora." + unique_);
  people_.join(tenant_, dora, "admin");
  const auto member = [&](const UserId& user) { return tenant_path(tenant_, "members/" + user.str()); };
  const json invitation = {{"email", "eve." + unique_ + "@example.com"}, {"role", "admin"}};
  for (const auto& refused :
       {people_.as(ben_, "PATCH", member(carla_), {{"role", "admin"}}),
        people_.as(ben_, "PATCH", member(dora), {{"role", "readonly"}}), people_.as(ben_, "DELETE", member(dora)),
        people_.as(ben_, "POST", tenant_path(tenant_, "invitations"), invitation)}) {
    EXPECT_EQ(refused.status, 403) << refused;
    EXPECT_THAT(refused.detail(), HasSubstr("only the owner"));
  }
  EXPECT_EQ(people_.as(ben_, "PATCH", member(carla_), {{"role", "readonly"}}).status, 200);
  EXPECT_EQ(people_.as(ana_, "PATCH", member(carla_), {{"role", "admin"}}).status, 200);
  EXPECT_EQ(people_.as(ana_, "DELETE", member(dora)).status, 204);
  EXPECT_EQ(people_.as(ana_, "POST", tenant_path(tenant_, "invitations"), invitation).status, 201);
}

// Both are decided on while the tenant is held, so that they are truly at once.
TEST_F(OwnershipTransfer, OfTwoAtOnceOneWinsAndTheOtherIsAConflictForPeopleAndServices) {
  auto& databases = bakery_.databases();
  people_.join(tenant_, ben_, "admin");
  people_.join(tenant_, carla_, "admin");
  auto holder = databases.connect("tenant");
  for (const bool as_service : {false, true}) {
    const auto before = owner();
    std::vector<UserId> heirs;
    for (const auto& user : {ana_, ben_, carla_}) {
      if (user.str() != before) heirs.push_back(user);
    }
    const auto token = as_service ? bakery_.service_token() : people_.token_of(UserId::parse(before));
    holder.run_script(sql_of_test("BEGIN; SELECT FROM tenancy.tenants WHERE id = '" + tenant_.str() + "' FOR UPDATE"));
    std::vector<std::future<Answer>> answers;
    for (const auto& heir : heirs) {
      answers.push_back(std::async(std::launch::async,
                                   [&, heir] { return bakery_.server().send("POST", path_, token, {}, to(heir)); }));
    }
    databases.wait_until("tenant", "(SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted) = 2");
    holder.run_script(sql_of_test("ROLLBACK"));
    const std::vector<Answer> got{answers[0].get(), answers[1].get()};
    EXPECT_THAT((std::vector{got[0].status, got[1].status}), UnorderedElementsAre(200, 409)) << got[0] << got[1];
    const auto& won = got[0].status == 200 ? got[0] : got[1];
    const auto& lost = got[0].status == 200 ? got[1] : got[0];
    EXPECT_EQ(won.body["owner_id"], owner());
    EXPECT_THAT(lost.detail(), HasSubstr("transferred meanwhile"));
    EXPECT_EQ(databases.value("tenant", fmt::format("SELECT string_agg(role, ' ' ORDER BY role) FROM "
                                                    "tenancy.tenant_members WHERE tenant_id = '{}'",
                                                    tenant_.str())),
              "admin admin owner");
  }
}

}  // namespace
}  // namespace tenure::e2e
