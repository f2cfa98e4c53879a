#include "identity/accounts.h"

#include <set>
#include <thread>

#include "tests/postgres/identity/identity_test.h"

namespace tenure::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using AccountsTest = IdentityTest;

TEST_F(AccountsTest, SchemaIsInstalledBySeveralProcessesAtOnce) {
  const test::TestDatabase fresh;
  std::vector<std::jthread> processes;
  for (int at = 0; at < 4; ++at) {
    processes.emplace_back([&] {
      auto session = fresh.connect();
      EXPECT_NO_THROW(install_schema(session));
      EXPECT_NO_THROW(install_schema(session));
    });
  }
}

// B6
TEST_F(AccountsTest, AccountIsReadBackAsItWasAdded) {
  const auto added = accounts_.add(
      {.email = email("nuria"), .full_name = "  Núria Ferré ", .password_hash = {}, .is_platform_admin = true}, call_);
  ASSERT_TRUE(added);
  const auto found = accounts_.get(added->id, call_);
  EXPECT_EQ(found.email, email("nuria"));
  EXPECT_EQ(found.full_name, "Núria Ferré");
  EXPECT_TRUE(found.is_platform_admin);
  EXPECT_TRUE(found.is_active);
  EXPECT_EQ(found.created_at, added->created_at);
  EXPECT_LT(std::chrono::abs(clock_.wall() - found.created_at), std::chrono::minutes(1));
}

// E6
TEST_F(AccountsTest, WhatBecomesOfAnAccountIsNotedWithWhoDidIt) {
  const auto admin = UserId::random();
  const auto by_admin = Call{.deadline = call_.deadline, .stop = {}, .by = Actor::user(admin)};
  const auto user = accounts_.add({.email = email("nuria"), .full_name = "Núria", .password_hash = {}}, by_admin)->id;
  EXPECT_FALSE(accounts_.add({.email = email("nuria"), .full_name = "Another", .password_hash = {}}, by_admin));
  accounts_.update(user, {.full_name = "Núria Ferré"}, by_admin);
  accounts_.update(user, {.is_platform_admin = true}, by_admin);
  accounts_.update(user, {.is_platform_admin = true, .is_active = true}, by_admin);
  accounts_.update(user, {.is_platform_admin = false, .is_active = false}, by_admin);
  accounts_.update(user, {.is_active = true}, by_admin);
  EXPECT_EQ(
      db_.value("select string_agg(action::text, ' ' order by number) from tenure.audit_notes where person_id = '" +
                user.str() + "' and actor_id = '" + admin.str() + "'"),
      "account_added account_changed platform_admin_granted platform_admin_revoked account_suspended "
      "account_activated");
  accounts_.add({.email = email("pere"), .full_name = "Pere", .password_hash = {}, .is_platform_admin = true}, call_);
  EXPECT_EQ(db_.value("select string_agg(action::text, ' ' order by number) from tenure.audit_notes "
                      "where actor_kind = 'system'"),
            "account_added platform_admin_granted");
}

TEST_F(AccountsTest, AddressBelongsToOneAccount) {
  ASSERT_TRUE(accounts_.add({.email = email("nuria"), .full_name = "Núria", .password_hash = {}}, call_));
  EXPECT_FALSE(accounts_.add({.email = email("NURIA"), .full_name = "Another", .password_hash = {}}, call_));
  EXPECT_EQ(db_.value("select string_agg(full_name, ',') from identity.users"), "Núria");
}

TEST_F(AccountsTest, OneOfManyWithAnAddressAtOnceIsAdded) {
  std::atomic<int> added = 0;
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 6; ++at) {
      callers.emplace_back([&] {
        added += accounts_.add({.email = email("nuria"), .full_name = "Núria", .password_hash = {}}, call_) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(added, 1);
}

TEST_F(AccountsTest, UnknownAccountIsNotFound) {
  const auto unknown = UserId::random();
  EXPECT_FALSE(accounts_.find(unknown, call_));
  for (const auto& error : {error_of([&] { accounts_.get(unknown, call_); }),
                            error_of([&] { accounts_.update(unknown, {.is_active = false}, call_); })}) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("user_id"));
  }
}

TEST_F(AccountsTest, BadNameChangesNothingAndIsNotRepeated) {
  const auto id = person("nuria").id;
  for (const auto& name : {std::string(), std::string(201, 'x'), std::string("hunter\n2"), std::string("hunter\xFF")}) {
    for (const auto& error :
         {error_of([&] { accounts_.update(id, {.full_name = name, .is_active = false}, call_); }),
          error_of([&] { accounts_.add({.email = email("other"), .full_name = name, .password_hash = {}}, call_); })}) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("full_name"));
      EXPECT_THAT(error.what(), Not(HasSubstr("hunter")));
    }
  }
  EXPECT_EQ(accounts_.get(id, call_).full_name, "nuria");
  EXPECT_TRUE(accounts_.get(id, call_).is_active);
}

TEST_F(AccountsTest, ChangeLeavesWhatItDoesNotName) {
  const auto id = person("nuria").id;
  EXPECT_EQ(accounts_.update(id, {.full_name = " Núria "}, call_).full_name, "Núria");
  EXPECT_TRUE(accounts_.update(id, {.is_platform_admin = true}, call_).is_platform_admin);
  const auto changed = accounts_.update(id, {.is_active = false}, call_);
  EXPECT_EQ(changed.full_name, "Núria");
  EXPECT_TRUE(changed.is_platform_admin);
  EXPECT_FALSE(changed.is_active);
  EXPECT_FALSE(accounts_.update(id, {.is_platform_admin = false}, call_).is_platform_admin);
  EXPECT_TRUE(accounts_.update(id, {.is_active = true}, call_).is_active);
}

TEST_F(AccountsTest, ManyAreFoundInOneQuestion) {
  const auto a = person("a");
  const auto b = person("b");
  const auto found = accounts_.find_all({a.id, UserId::random(), b.id, a.id}, call_);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(b.id).email, b.email);
  EXPECT_TRUE(accounts_.find_all({}, call_).empty());
}

TEST_F(AccountsTest, ListGoesThroughAllOnceNewestFirst) {
  // Many in one instant, so that the id decides among them.
  db_.run(R"(insert into identity.users (email, full_name, created_at)
             select n || '@bakery.example', 'n', timestamptz '2026-01-01 12:00:00.123456' + (n / 5) * interval '1 s'
             from generate_series(1, 23) as n)");
  std::vector<Account> seen;
  std::optional<std::string> cursor;
  for (int pages = 1;; ++pages) {
    const auto page = accounts_.list(4, cursor, call_);
    seen.insert(seen.end(), page.accounts.begin(), page.accounts.end());
    if (page.next.empty()) {
      EXPECT_EQ(pages, 6);
      break;
    }
    cursor = page.next;
    person("meanwhile" + std::to_string(pages));
  }
  std::set<UserId> different;
  for (const auto& account : seen) different.insert(account.id);
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_EQ(different.size(), 23U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end(),
                             [](const auto& a, const auto& b) { return a.created_at > b.created_at; }));
}

TEST_F(AccountsTest, ListRefusesABadLimitOrCursor) {
  for (const int limit : {0, -1, 501}) {
    EXPECT_EQ(error_of([&] { accounts_.list(limit, {}, call_); }).code(), ErrorCode::invalid_argument);
  }
  for (const char* cursor : {"", "x", "1", "' or 1=1"}) {
    EXPECT_EQ(error_of([&] { accounts_.list(10, cursor, call_); }).code(), ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(accounts_.list(500, {}, call_).accounts.empty());
}

// B7: the account is the last thing to go.
TEST_F(AccountsTest, RemovalTakesSessionsAndTokensAndNobodyElses) {
  const auto user = person("nuria");
  const auto other = person("pau");
  const auto pair = login_.log_in(user.email, password_, call_);
  login_.refresh(pair.refresh_token, call_);
  login_.log_in(user.email, password_, call_);
  const auto theirs = login_.log_in(other.email, password_, call_);
  const Counts expected{{"identity.refresh_tokens", 3}, {"identity.sessions", 2}, {"identity.users", 1}};
  EXPECT_EQ(accounts_.remove(user.id, call_), expected);
  const Counts nothing{{"identity.refresh_tokens", 0}, {"identity.sessions", 0}, {"identity.users", 0}};
  EXPECT_EQ(accounts_.remove(user.id, call_), nothing);
  EXPECT_FALSE(accounts_.find(user.id, call_));
  EXPECT_FALSE(is_good(pair));
  EXPECT_TRUE(is_good(theirs));
  login_.refresh(theirs.refresh_token, call_);
}

TEST_F(AccountsTest, StandingSaysWhatTheAccountSaysNow) {
  const auto user = person("nuria");
  const auto pair = login_.log_in(user.email, password_, call_);
  const auto session = session_of(pair);
  EXPECT_FALSE(accounts_.find_standing(user.id, session, call_).value().is_platform_admin);
  accounts_.update(user.id, {.is_platform_admin = true}, call_);
  EXPECT_TRUE(accounts_.find_standing(user.id, session, call_).value().is_platform_admin);
  accounts_.update(user.id, {.is_platform_admin = false}, call_);
  EXPECT_FALSE(accounts_.find_standing(user.id, session, call_).value().is_platform_admin);
}

TEST_F(AccountsTest, StandingNeedsTheUsersOwnSession) {
  const auto user = person("nuria");
  const auto other = person("pau");
  const auto session = session_of(login_.log_in(user.email, password_, call_));
  EXPECT_TRUE(accounts_.find_standing(user.id, session, call_));
  EXPECT_FALSE(accounts_.find_standing(other.id, session, call_));
  EXPECT_FALSE(accounts_.find_standing(user.id, Uuid::random(), call_));
}

TEST_F(AccountsTest, StandingEndsWithTheAccountAndDoesNotComeBackWithIt) {
  const auto user = person("nuria");
  const auto pair = login_.log_in(user.email, password_, call_);
  accounts_.update(user.id, {.is_active = false}, call_);
  EXPECT_FALSE(is_good(pair));
  accounts_.update(user.id, {.is_active = true}, call_);
  EXPECT_FALSE(is_good(pair)) << "the session has ended";
  EXPECT_TRUE(is_good(login_.log_in(user.email, password_, call_)));
}

TEST_F(AccountsTest, DatabaseKeepsImpossibleRowsOut) {
  for (const char* row : {"('UPPER@bakery.example', 'n')", "('a@bakery.example', '')", "('b@bakery.example', null)"}) {
    EXPECT_THROW(db_.run(std::string("insert into identity.users (email, full_name) values ") + row), Error) << row;
  }
}

}  // namespace
}  // namespace tenure::identity
