#include "tenancy/invitations.h"

#include <barrier>
#include <mutex>
#include <set>
#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// Invitations into a tenant: a token that is good once, for one address, for a time (B5).
namespace tenure::tenancy {
namespace {

using std::chrono::hours;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class InvitationsTest : public TenancyTest {
 protected:
  static Email email(const std::string& name) { return Email::parse(name + "@example.com"); }
  Invitations::Created invite(const TenantId& tenant, const std::string& name, Role role = Role::member) {
    return invitations_.create(tenant, {.email = email(name), .role = role}, call_);
  }
  Membership accept(const Secret& token, const std::string& name) {
    return invitations_.accept(token, UserId::random(), email(name), call_);
  }
  std::vector<InvitationState> states(const TenantId& tenant) {
    std::vector<InvitationState> states;
    for (const auto& one : invitations_.list(tenant, call_)) states.push_back(one.state);
    return states;
  }
  void let_expire(const InvitationId& invitation) const {
    db_.run(
        "update tenancy.invitations set created_at = created_at - interval '31 days', expires_at = now() - "
        "interval '1 second' where id = '" +
        invitation.str() + "'");
  }
  void expect_not_acceptable(const Secret& token, const std::string& name) {
    expect_refused(ErrorCode::not_found, "token", [&] { accept(token, name); });
  }

  Invitations invitations_{pool_};
  const Tenant tenant_ = tenant();
};

TEST_F(InvitationsTest, AcceptedItMakesAMemberWithItsRoleOnce) {
  const auto made = invite(tenant_.id, "ana", Role::manager);
  const auto ana = UserId::random();
  const auto membership = invitations_.accept(made.token, ana, email("ana"), call_);
  EXPECT_EQ(membership.tenant, tenant_.id);
  EXPECT_EQ(membership.tenant_name, "Forn Vell");
  EXPECT_EQ(membership.role, Role::manager);
  EXPECT_TRUE(membership.is_default);
  EXPECT_EQ(members_.find_access(tenant_.id, ana, call_).role, Role::manager);
  EXPECT_THAT(states(tenant_.id), ElementsAre(InvitationState::accepted));
  expect_not_acceptable(made.token, "ana");
  expect_refused(ErrorCode::not_found, "token", [&] { invitations_.accept(made.token, ana, email("ana"), call_); });
}

TEST_F(InvitationsTest, ListSaysWhatCameOfEachTheNewestFirst) {
  const auto inviter = UserId::random();
  const auto accepted = invite(tenant_.id, "accepted");
  accept(accepted.token, "accepted");
  invitations_.revoke(tenant_.id, invite(tenant_.id, "revoked").invitation.id, call_);
  const auto open = invitations_.create(
      tenant_.id, {.email = email("Open"), .role = Role::admin, .invited_by = inviter, .lifetime = hours(2)}, call_);
  invite(tenant().id, "elsewhere");
  EXPECT_THAT(states(tenant_.id),
              ElementsAre(InvitationState::open, InvitationState::revoked, InvitationState::accepted));
  const auto newest = invitations_.list(tenant_.id, call_)[0];
  EXPECT_EQ(newest.id, open.invitation.id);
  EXPECT_EQ(newest.email, email("open"));
  EXPECT_EQ(newest.role, Role::admin);
  EXPECT_EQ(newest.invited_by, inviter);
  EXPECT_EQ(newest.expires_at - newest.created_at, hours(2));
  let_expire(open.invitation.id);
  EXPECT_THAT(states(tenant_.id),
              ElementsAre(InvitationState::revoked, InvitationState::accepted, InvitationState::expired));
}

TEST_F(InvitationsTest, TokensAreUniqueAndNotStored) {
  std::set<std::string> tokens;
  for (int at = 0; at < 20; ++at) {
    const auto token = invite(tenant_.id, "ana" + std::to_string(at)).token.reveal();
    EXPECT_THAT(token, MatchesRegex("[A-Za-z0-9_-]{43}"));
    EXPECT_TRUE(tokens.insert(token).second);
    EXPECT_THAT(all_rows(), Not(HasSubstr(token)));
  }
  const auto error = error_of([&] { db_.run("update tenancy.invitations set token_hash = 'the same'"); });
  EXPECT_EQ(error.sqlstate(), "23505");
}

TEST_F(InvitationsTest, ExpiredRevokedAndUnknownTokensLetNobodyIn) {
  const auto expired = invite(tenant_.id, "expired");
  let_expire(expired.invitation.id);
  expect_not_acceptable(expired.token, "expired");
  const auto revoked = invite(tenant_.id, "revoked");
  invitations_.revoke(tenant_.id, revoked.invitation.id, call_);
  expect_not_acceptable(revoked.token, "revoked");
  for (const auto* token : {"", "x", "Robert'); drop table tenancy.invitations;--"}) {
    expect_not_acceptable(Secret(token), "revoked");
  }
}

TEST_F(InvitationsTest, TokenIsGoodForItsAddressOnly) {
  const auto made = invite(tenant_.id, "ana");
  expect_not_acceptable(made.token, "eve");
  EXPECT_EQ(accept(made.token, "ANA").role, Role::member);
}

TEST_F(InvitationsTest, NewOneToTheSameAddressEndsTheFormer) {
  const auto former = invite(tenant_.id, "ana");
  const auto other_tenant = tenant().id;
  const auto elsewhere = invite(other_tenant, "ana");
  const auto latest = invite(tenant_.id, "Ana", Role::admin);
  EXPECT_THAT(states(tenant_.id), ElementsAre(InvitationState::open, InvitationState::revoked));
  EXPECT_THAT(states(other_tenant), ElementsAre(InvitationState::open));
  expect_not_acceptable(former.token, "ana");
  EXPECT_EQ(accept(latest.token, "ana").role, Role::admin);
  EXPECT_EQ(accept(elsewhere.token, "ana").tenant, other_tenant);
}

TEST_F(InvitationsTest, WhoIsAMemberAlreadyKeepsRoleAndInvitation) {
  const auto user = add_member(tenant_.id, Role::admin);
  const auto made = invite(tenant_.id, "ana", Role::readonly);
  expect_refused(ErrorCode::conflict, "user_id", [&] { invitations_.accept(made.token, user, email("ana"), call_); });
  EXPECT_EQ(members_.find_access(tenant_.id, user, call_).role, Role::admin);
}

TEST_F(InvitationsTest, TenantThatIsNotLiveTakesNobodyIn) {
  const auto made = invite(tenant_.id, "ana");
  tenants_.suspend(tenant_.id, call_);
  expect_not_acceptable(made.token, "ana");
  tenants_.activate(tenant_.id, call_);
  tenants_.soft_delete(tenant_.id, hours(24), call_);
  expect_not_acceptable(made.token, "ana");
  tenants_.restore(tenant_.id, call_);
  EXPECT_EQ(accept(made.token, "ana").tenant, tenant_.id);
  const auto late = invite(tenant_.id, "late");
  tenants_.begin_deletion(tenant_.id, JobId::random(), call_);
  expect_not_acceptable(late.token, "late");
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { invite(tenant_.id, "later"); });
}

TEST_F(InvitationsTest, RoleOwnerAndLifetimesOutOfRangeAreRefused) {
  expect_refused(ErrorCode::invalid_argument, "role", [&] { invite(tenant_.id, "ana", Role::owner); });
  for (const std::chrono::seconds lifetime :
       {std::chrono::seconds(-1), std::chrono::seconds(3599), std::chrono::seconds(30 * 24 * 3600 + 1)}) {
    expect_refused(ErrorCode::invalid_argument, "expires_in",
                   [&] { invitations_.create(tenant_.id, {.email = email("ana"), .lifetime = lifetime}, call_); });
  }
  for (const std::chrono::seconds lifetime : {std::chrono::seconds(3600), std::chrono::seconds(30 * 24 * 3600)}) {
    const auto made = invitations_.create(tenant_.id, {.email = email("ana"), .lifetime = lifetime}, call_);
    EXPECT_EQ(made.invitation.expires_at - made.invitation.created_at, lifetime);
  }
}

TEST_F(InvitationsTest, RevocationIsHarmlessToRepeatAndOfThisTenantOnly) {
  const auto made = invite(tenant_.id, "ana").invitation.id;
  const auto other = tenant().id;
  expect_refused(ErrorCode::not_found, "invitation_id", [&] { invitations_.revoke(other, made, call_); });
  expect_refused(ErrorCode::not_found, "invitation_id",
                 [&] { invitations_.revoke(tenant_.id, InvitationId::random(), call_); });
  invitations_.revoke(tenant_.id, made, call_);
  const auto before = all_rows();
  invitations_.revoke(tenant_.id, made, call_);
  EXPECT_EQ(all_rows(), before);
  const auto accepted = invite(tenant_.id, "ben");
  accept(accepted.token, "ben");
  expect_refused(ErrorCode::conflict, "invitation_id",
                 [&] { invitations_.revoke(tenant_.id, accepted.invitation.id, call_); });
}

TEST_F(InvitationsTest, UnknownTenantIsNotFound) {
  const auto nobody = TenantId::random();
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { invite(nobody, "ana"); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { invitations_.list(nobody, call_); });
  expect_refused(ErrorCode::not_found, "tenant_id",
                 [&] { invitations_.revoke(nobody, InvitationId::random(), call_); });
  EXPECT_THAT(invitations_.list(tenant_.id, call_), IsEmpty());
}

TEST_F(InvitationsTest, OneTokenSentManyTimesAtOnceMakesOneMember) {
  for (int round = 0; round < 10; ++round) {
    const auto name = "ana" + std::to_string(round);
    const auto made = invite(tenant_.id, name);
    std::barrier start(4);
    std::mutex mutex;
    int accepted = 0;
    std::vector<ErrorCode> refused;
    {
      std::vector<std::jthread> callers;
      for (int at = 0; at < 4; ++at) {
        callers.emplace_back([&] {
          start.arrive_and_wait();
          try {
            accept(made.token, name);
            const std::lock_guard lock(mutex);
            ++accepted;
          } catch (const Error& error) {
            const std::lock_guard lock(mutex);
            refused.push_back(error.code());
          }
        });
      }
    }
    EXPECT_EQ(accepted, 1);
    EXPECT_THAT(refused, Each(ErrorCode::not_found));
    EXPECT_THAT(members_.list(tenant_.id, call_), SizeIs(round + 2));
  }
}

// B7: invitations to somebody who is erased go, whatever became of them; of nobody else.
TEST_F(InvitationsTest, AllToAnAddressAreRemoved) {
  const auto accepted = invite(tenant_.id, "ana");
  accept(accepted.token, "ana");
  invite(tenant_.id, "ana");
  invite(tenant().id, "ana");
  invite(tenant_.id, "anabel");
  EXPECT_EQ(invitations_.remove_all_to(email("Ana"), call_), 3);
  EXPECT_EQ(invitations_.remove_all_to(email("ana"), call_), 0);
  EXPECT_EQ(db_.value("select string_agg(email, ' ') from tenancy.invitations"), "anabel@example.com");
}

}  // namespace
}  // namespace tenure::tenancy
