#include "tenancy/members.h"

#include <atomic>
#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// Who belongs to which tenant, and as what (B2, B4, B5).
namespace tenure::tenancy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MembersTest : public TenancyTest {
 protected:
  static std::vector<UserId> users_of(const std::vector<Member>& members) {
    std::vector<UserId> users;
    for (const auto& member : members) users.push_back(member.user);
    return users;
  }
  /// The user's default tenant, by what is stored.
  std::string default_of(const UserId& user) const {
    return db_.value("select tenant_id from tenancy.tenant_members where is_default and user_id = '" + user.str() +
                     "'");
  }

  const Tenant tenant_ = tenant();
};

TEST_F(MembersTest, OwnerComesFirstAndThenTheLongestServing) {
  const auto admin = add_member(tenant_.id, Role::admin);
  const auto reader = add_member(tenant_.id, Role::readonly);
  const auto second = add_member(tenant_.id, Role::admin);
  EXPECT_THAT(users_of(members_.list(tenant_.id, call_)), ElementsAre(tenant_.owner, admin, reader, second));
  EXPECT_THAT(users_of(members_.admins(tenant_.id, call_)), ElementsAre(tenant_.owner, admin, second));
}

TEST_F(MembersTest, MemberIsReadBackAsAddedAndOnlyOnce) {
  const auto user = UserId::random();
  for (const auto role : {Role::admin, Role::manager, Role::member, Role::readonly}) {
    const auto added = members_.add(tenant().id, user, role, call_);
    EXPECT_EQ(added.user, user);
    EXPECT_EQ(added.role, role);
  }
  members_.add(tenant_.id, user, Role::member, call_);
  expect_refused(ErrorCode::conflict, "user_id", [&] { members_.add(tenant_.id, user, Role::admin, call_); });
  expect_refused(ErrorCode::conflict, "user_id", [&] { members_.add(tenant_.id, tenant_.owner, Role::admin, call_); });
}

TEST_F(MembersTest, NobodyBecomesOwnerOtherThanByATransfer) {
  const auto admin = add_member(tenant_.id, Role::admin);
  expect_refused(ErrorCode::invalid_argument, "role",
                 [&] { members_.add(tenant_.id, UserId::random(), Role::owner, call_); });
  expect_refused(ErrorCode::invalid_argument, "role",
                 [&] { members_.change_role(tenant_.id, admin, Role::owner, call_); });
}

TEST_F(MembersTest, OwnerIsNeitherDemotedNorRemoved) {
  add_member(tenant_.id, Role::admin);
  expect_refused(ErrorCode::conflict, "user_id",
                 [&] { members_.change_role(tenant_.id, tenant_.owner, Role::admin, call_); });
  expect_refused(ErrorCode::conflict, "user_id", [&] { members_.remove(tenant_.id, tenant_.owner, call_); });
}

TEST_F(MembersTest, RoleChangesAndMembershipEnds) {
  const auto user = add_member(tenant_.id, Role::member);
  EXPECT_EQ(members_.change_role(tenant_.id, user, Role::manager, call_).role, Role::manager);
  EXPECT_EQ(members_.find_access(tenant_.id, user, call_).role, Role::manager);
  members_.remove(tenant_.id, user, call_);
  EXPECT_FALSE(members_.find_access(tenant_.id, user, call_).role);
  EXPECT_THAT(members_.memberships_of(user, call_), IsEmpty());
}

TEST_F(MembersTest, StrangersAndUnknownTenantsAreNotFound) {
  const auto stranger = UserId::random();
  const auto nobody = TenantId::random();
  expect_refused(ErrorCode::not_found, "user_id",
                 [&] { members_.change_role(tenant_.id, stranger, Role::admin, call_); });
  expect_refused(ErrorCode::not_found, "user_id", [&] { members_.remove(tenant_.id, stranger, call_); });
  const std::vector<std::function<void()>> actions = {
      [&] { members_.list(nobody, call_); },
      [&] { members_.admins(nobody, call_); },
      [&] { members_.add(nobody, stranger, Role::member, call_); },
      [&] { members_.change_role(nobody, stranger, Role::member, call_); },
      [&] { members_.remove(nobody, stranger, call_); },
      [&] { members_.transfer_ownership(nobody, std::nullopt, stranger, call_); },
      [&] { members_.set_default(nobody, stranger, call_); },
      [&] { members_.set_default(tenant_.id, stranger, call_); },
  };
  for (const auto& action : actions) expect_refused(ErrorCode::not_found, "tenant_id", action);
  const auto access = members_.find_access(nobody, stranger, call_);
  EXPECT_FALSE(access.status || access.role || access.is_live());
}

TEST_F(MembersTest, MembershipsAreInAllStatesOfTenantsTheOldestFirst) {
  const auto user = UserId::random();
  const auto live = tenant_of(user, "Live").id;
  const auto suspended = tenant("Suspended").id;
  members_.add(suspended, user, Role::manager, call_);
  tenants_.suspend(suspended, call_);
  const auto hidden = tenant_of(user, "Hidden").id;
  tenants_.soft_delete(hidden, std::chrono::hours(24), call_);
  const auto going = tenant_of(user, "Going").id;
  tenants_.begin_deletion(going, JobId::random(), call_);

  const auto found = members_.memberships_of(user, call_);
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_EQ(found[0].tenant, live);
  EXPECT_EQ(found[0].tenant_name, "Live");
  EXPECT_TRUE(found[0].is_default);
  EXPECT_EQ(found[1].tenant, suspended);
  EXPECT_EQ(found[1].role, Role::manager);
  EXPECT_EQ(found[1].tenant_status, TenantStatus::suspended);
  EXPECT_FALSE(found[1].is_default);
  EXPECT_EQ(found[2].tenant, hidden);
  EXPECT_TRUE(found[2].is_tenant_deleted);
  EXPECT_EQ(found[3].tenant, going);
  EXPECT_EQ(found[3].tenant_status, TenantStatus::deleting);
}

// B2: also from a tenant that is being deleted; where the user is the owner, the membership stays and says so.
TEST_F(MembersTest, RemovedEverywhereTellsWhatBecameOfEachMembership) {
  const auto user = UserId::random();
  const auto neighbour = add_member(tenant_.id, Role::member);
  members_.add(tenant_.id, user, Role::member, call_);
  const auto own = tenant_of(user).id;
  const auto going = tenant().id;
  members_.add(going, user, Role::admin, call_);
  tenants_.begin_deletion(going, JobId::random(), call_);

  const auto removed = members_.remove_everywhere(user, call_);
  ASSERT_THAT(removed, SizeIs(3));
  EXPECT_EQ(removed[0].tenant, tenant_.id);
  EXPECT_FALSE(removed[0].error);
  EXPECT_EQ(removed[1].tenant, own);
  EXPECT_EQ(removed[1].role, Role::owner);
  EXPECT_THAT(removed[1].error.value_or(""), HasSubstr("owner"));
  EXPECT_EQ(removed[2].tenant, going);
  EXPECT_EQ(removed[2].role, Role::admin);
  EXPECT_FALSE(removed[2].error);
  EXPECT_THAT(members_.memberships_of(user, call_), SizeIs(1));
  EXPECT_THAT(members_.memberships_of(neighbour, call_), SizeIs(1));
  EXPECT_THAT(members_.remove_everywhere(UserId::random(), call_), IsEmpty());
}

TEST_F(MembersTest, FirstTenantIsTheDefaultUntilAnotherIsChosen) {
  const auto user = add_member(tenant_.id, Role::member);
  const auto other = tenant().id;
  members_.add(other, user, Role::member, call_);
  EXPECT_EQ(default_of(user), tenant_.id.str());
  members_.set_default(other, user, call_);
  EXPECT_EQ(default_of(user), other.str());
  members_.set_default(other, user, call_);
  EXPECT_EQ(default_of(user), other.str());
  const auto strange = tenant("Strange").id;
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { members_.set_default(strange, user, call_); });
}

TEST_F(MembersTest, DefaultIsOneHoweverManyAreChosenAtOnce) {
  const auto user = UserId::random();
  std::vector<TenantId> tenants;
  for (int at = 0; at < 4; ++at) {
    tenants.push_back(tenant().id);
    members_.add(tenants.back(), user, Role::member, call_);
  }
  {
    std::vector<std::jthread> callers;
    for (const auto& id : tenants) {
      callers.emplace_back([&] {
        for (int round = 0; round < 10; ++round) EXPECT_NO_THROW(members_.set_default(id, user, call_));
      });
    }
  }
  EXPECT_EQ(
      db_.value("select count(*) from tenancy.tenant_members where is_default and user_id = '" + user.str() + "'"),
      "1");
}

TEST_F(MembersTest, OneOfManyAdditionsAtOnceSucceeds) {
  const auto user = UserId::random();
  std::atomic<int> added = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 6; ++at) {
      callers.emplace_back([&] {
        try {
          members_.add(tenant_.id, user, Role::member, call_);
          ++added;
        } catch (const Error& error) {
          refused += error.code() == ErrorCode::conflict ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(added, 1);
  EXPECT_EQ(refused, 5);
}

}  // namespace
}  // namespace tenure::tenancy
