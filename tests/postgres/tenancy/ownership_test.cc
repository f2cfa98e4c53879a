#include <barrier>
#include <mutex>
#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// A tenant has exactly one owner at every moment, and a transfer is all or nothing (B3).
namespace tenure::tenancy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class OwnershipTest : public TenancyTest {
 protected:
  /// Each role with how many have it, and whether the record and the memberships name the same owner.
  std::string roles(const TenantId& tenant) const {
    return db_.value(
        "select string_agg(role || ' ' || n, ', ' order by role) from (select role, count(*) as n from "
        "tenancy.tenant_members where tenant_id = '" +
        tenant.str() + "' group by role) as r");
  }
  std::string owner_by_membership(const TenantId& tenant) const {
    return db_.value("select user_id from tenancy.tenant_members where role = 'owner' and tenant_id = '" +
                     tenant.str() + "'");
  }
  /// The database itself refuses the script, with that SQLSTATE, and nothing has changed.
  void expect_impossible(const std::string& sqlstate, const std::string& script) const {
    const auto before = all_rows();
    const auto error = error_of([&] { db_.run(script); });
    EXPECT_EQ(error.sqlstate(), sqlstate) << script << ": " << error.what();
    EXPECT_EQ(all_rows(), before) << script;
  }
  std::string of(const std::string& script) const {
    std::string text = script;
    const auto replace = [&](const std::string& name, const std::string& id) {
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
        text.replace(at, name.size(), "'" + id + "'");
      }
    };
    replace(":tenant", tenant_.id.str());
    replace(":owner", tenant_.owner.str());
    replace(":admin", admin_.str());
    return text;
  }

  static constexpr const char* kForeignKey = "23503";
  static constexpr const char* kExclusion = "23P01";

  const Tenant tenant_ = tenant();
  const UserId admin_ = add_member(tenant_.id, Role::admin);
};

TEST_F(OwnershipTest, TransferChangesTheRecordAndBothRoles) {
  const auto bystander = add_member(tenant_.id, Role::admin);
  members_.transfer_ownership(tenant_.id, tenant_.owner, admin_, call_);
  EXPECT_EQ(tenants_.get(tenant_.id, call_).owner, admin_);
  EXPECT_GT(tenants_.get(tenant_.id, call_).updated_at, tenant_.updated_at);
  EXPECT_EQ(owner_by_membership(tenant_.id), admin_.str());
  EXPECT_EQ(members_.find_access(tenant_.id, tenant_.owner, call_).role, Role::admin);
  EXPECT_EQ(members_.find_access(tenant_.id, bystander, call_).role, Role::admin);
  EXPECT_EQ(roles(tenant_.id), "admin 2, owner 1");
}

TEST_F(OwnershipTest, TransferThatIsDoneAlreadyChangesNothing) {
  members_.transfer_ownership(tenant_.id, tenant_.owner, admin_, call_);
  const auto before = all_rows();
  members_.transfer_ownership(tenant_.id, tenant_.owner, admin_, call_);
  members_.transfer_ownership(tenant_.id, std::nullopt, admin_, call_);
  EXPECT_EQ(all_rows(), before);
}

TEST_F(OwnershipTest, OnlyAnAdminOfThisTenantTakesOver) {
  std::vector<UserId> others{UserId::random(), tenant().owner};
  for (const auto role : {Role::manager, Role::member, Role::readonly}) others.push_back(add_member(tenant_.id, role));
  for (const auto& user : others) {
    for (const auto& from : {std::optional(tenant_.owner), std::optional<UserId>()}) {
      expect_refused(ErrorCode::conflict, "new_owner_id",
                     [&] { members_.transfer_ownership(tenant_.id, from, user, call_); });
    }
  }
}

TEST_F(OwnershipTest, OnlyTheOwnerOfNowHandsOver) {
  const auto second = add_member(tenant_.id, Role::admin);
  for (const auto& from : {admin_, UserId::random()}) {
    expect_refused(ErrorCode::conflict, "tenant_id",
                   [&] { members_.transfer_ownership(tenant_.id, from, second, call_); });
  }
  members_.transfer_ownership(tenant_.id, tenant_.owner, admin_, call_);
  expect_refused(ErrorCode::conflict, "tenant_id",
                 [&] { members_.transfer_ownership(tenant_.id, tenant_.owner, second, call_); });
}

TEST_F(OwnershipTest, OfTwoTransfersAtOnceExactlyOneWinsAndTheOtherIsAConflict) {
  for (int round = 0; round < 20; ++round) {
    const auto shared = tenant();
    const std::vector<UserId> heirs{add_member(shared.id, Role::admin), add_member(shared.id, Role::admin)};
    std::barrier start(2);
    std::mutex mutex;
    std::vector<UserId> won;
    std::vector<std::string> refused;
    {
      std::vector<std::jthread> callers;
      for (const auto& heir : heirs) {
        callers.emplace_back([&] {
          start.arrive_and_wait();
          try {
            members_.transfer_ownership(shared.id, shared.owner, heir, call_);
            const std::lock_guard lock(mutex);
            won.push_back(heir);
          } catch (const Error& error) {
            const std::lock_guard lock(mutex);
            EXPECT_EQ(error.code(), ErrorCode::conflict);
            refused.emplace_back(error.what());
          }
        });
      }
    }
    ASSERT_THAT(won, SizeIs(1));
    EXPECT_THAT(refused, ElementsAre(HasSubstr("transferred meanwhile")));
    EXPECT_EQ(tenants_.get(shared.id, call_).owner, won[0]);
    EXPECT_EQ(owner_by_membership(shared.id), won[0].str());
    EXPECT_EQ(roles(shared.id), "admin 2, owner 1");
  }
}

TEST_F(OwnershipTest, HeirWhoLeavesAtThatMomentIsEitherOwnerOrGone) {
  for (int round = 0; round < 20; ++round) {
    const auto shared = tenant();
    const auto heir = add_member(shared.id, Role::admin);
    std::barrier start(2);
    std::jthread leaving([&] {
      start.arrive_and_wait();
      try {
        members_.remove(shared.id, heir, call_);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
      }
    });
    start.arrive_and_wait();
    try {
      members_.transfer_ownership(shared.id, shared.owner, heir, call_);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
    }
    leaving.join();
    const auto owner = tenants_.get(shared.id, call_).owner;
    EXPECT_EQ(owner_by_membership(shared.id), owner.str());
    EXPECT_EQ(roles(shared.id), owner == heir ? "admin 1, owner 1" : "owner 1");
  }
}

// The database's own constraints, against anything written by hand.

TEST_F(OwnershipTest, DatabaseRefusesATenantWithoutAnOwner) {
  expect_impossible(kForeignKey,
                    "insert into tenancy.tenants (name, slug, owner_id) values ('x', 'x', "
                    "gen_random_uuid())");
  expect_impossible(kForeignKey, of("delete from tenancy.tenant_members where user_id = :owner"));
  expect_impossible(kForeignKey, of("delete from tenancy.tenant_members where tenant_id = :tenant"));
  expect_impossible(kForeignKey, of("update tenancy.tenant_members set role = 'admin' where user_id = :owner"));
  expect_impossible(kForeignKey, of("update tenancy.tenant_members set user_id = gen_random_uuid() where user_id = "
                                    ":owner"));
  expect_impossible(kForeignKey, "delete from tenancy.tenant_members");
}

TEST_F(OwnershipTest, DatabaseRefusesASecondOwner) {
  expect_impossible(kExclusion, of("update tenancy.tenant_members set role = 'owner' where user_id = :admin"));
  expect_impossible(kExclusion, of("insert into tenancy.tenant_members (tenant_id, user_id, role) values (:tenant, "
                                   "gen_random_uuid(), 'owner')"));
}

TEST_F(OwnershipTest, DatabaseRefusesARecordThatNamesAnotherOwnerThanTheMembersDo) {
  expect_impossible(kForeignKey, of("update tenancy.tenants set owner_id = :admin where id = :tenant"));
  expect_impossible(kForeignKey, "update tenancy.tenants set owner_id = gen_random_uuid()");
  // Half a transfer.
  expect_impossible(kForeignKey, of("begin; update tenancy.tenant_members set role = 'admin' where user_id = :owner; "
                                    "update tenancy.tenant_members set role = 'owner' where user_id = :admin; commit"));
  expect_impossible("428C9", "update tenancy.tenants set owner_role = 'admin'");
}

TEST_F(OwnershipTest, DatabaseAllowsAWholeTransferInOneTransaction) {
  db_.run(
      of("begin; update tenancy.tenant_members set role = 'owner' where user_id = :admin; update tenancy.tenants "
         "set owner_id = :admin where id = :tenant; update tenancy.tenant_members set role = 'admin' where user_id "
         "= :owner; commit"));
  EXPECT_EQ(roles(tenant_.id), "admin 1, owner 1");
}

}  // namespace
}  // namespace tenure::tenancy
