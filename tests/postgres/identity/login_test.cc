#include "identity/login.h"

#include <fmt/format.h>

#include <latch>
#include <thread>

#include "tests/postgres/identity/identity_test.h"

namespace tenure::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class LoginTest : public IdentityTest {
 protected:
  Error refused(const Email& address, const Secret& password) {
    return error_of([&] { login_.log_in(address, password, call_); });
  }
  ErrorCode refresh_code(const Secret& token) {
    return error_of([&] { login_.refresh(token, call_); }).code();
  }
};

// B6: register, log in, refresh, log out.
TEST_F(LoginTest, PersonWhoSignedUpLogsIn) {
  login_.sign_up(email("nuria"), "Núria Ferré", password_, call_);
  const auto pair = login_.log_in(email("nuria"), password_, call_);
  const auto principal = principal_of(pair);
  const auto account = accounts_.get(principal.user(), call_);
  EXPECT_EQ(account.email, email("nuria"));
  EXPECT_FALSE(account.is_platform_admin);
  EXPECT_TRUE(is_good(pair));
  EXPECT_EQ(pair.access_expires_in, std::chrono::minutes(15));
  EXPECT_EQ(pair.refresh_expires_in, std::chrono::hours(14 * 24));
}

TEST_F(LoginTest, SigningUpWithATakenAddressLooksAlikeAndChangesNothing) {
  person("nuria");
  const auto before = db_.digest_of("identity.users");
  EXPECT_NO_THROW(login_.sign_up(email("nuria"), "Another", Secret("another password"), call_));
  EXPECT_EQ(db_.digest_of("identity.users"), before);
  EXPECT_EQ(refused(email("nuria"), Secret("another password")).code(), ErrorCode::unauthenticated);
}

TEST_F(LoginTest, SigningUpNamesEveryProblem) {
  const auto error = error_of([&] { login_.sign_up(email("nuria"), "hunter\n", Secret("hunter2"), call_); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.problems(), SizeIs(1)) << "blanks around a name are no problem";
  const auto both = error_of([&] { login_.sign_up(email("nuria"), "hunter\x1B", Secret("hunter2"), call_); });
  EXPECT_THAT(both.problems(), SizeIs(2));
  EXPECT_THAT(both.what(), HasSubstr("full_name"));
  EXPECT_THAT(both.what(), HasSubstr("password"));
  EXPECT_THAT(both.what(), Not(HasSubstr("hunter")));
  EXPECT_EQ(db_.value("select count(*) from identity.users"), "0");
}

TEST_F(LoginTest, EveryRefusalReadsAlike) {
  person("nuria");
  const auto inactive = person("gone");
  accounts_.update(inactive.id, {.is_active = false}, call_);
  accounts_.add({.email = email("invited"), .full_name = "Invited", .password_hash = {}}, call_);
  const auto expected = refused(email("nobody"), password_);
  EXPECT_EQ(expected.code(), ErrorCode::unauthenticated);
  EXPECT_THAT(expected.what(), Not(HasSubstr("nobody")));
  for (const auto& error : {refused(email("nuria"), Secret("wrong horse battery")), refused(email("nuria"), Secret()),
                            refused(inactive.email, password_), refused(email("invited"), password_),
                            refused(email("invited"), Secret())}) {
    EXPECT_EQ(error.code(), expected.code());
    EXPECT_STREQ(error.what(), expected.what());
    EXPECT_EQ(error.retry(), expected.retry());
  }
  EXPECT_EQ(db_.value("select count(*) from identity.sessions"), "0");
}

TEST_F(LoginTest, NothingStoredIsThePasswordOrAToken) {
  const auto user = person("nuria");
  const auto first = login_.log_in(user.email, password_, call_);
  const auto second = login_.refresh(first.refresh_token, call_);
  for (const auto* table : {"users", "sessions", "refresh_tokens"}) {
    const auto stored = db_.value(fmt::format("select string_agg(t::text, ' ') from identity.{} as t", table));
    for (const auto* secret : {&password_, &first.refresh_token, &second.refresh_token, &first.access_token}) {
      EXPECT_THAT(stored, Not(HasSubstr(secret->reveal()))) << table;
    }
  }
  EXPECT_EQ(db_.value("select left(password_hash, 10) from identity.users"), "$argon2id$");
}

TEST_F(LoginTest, RefreshTokenIsGoodForOneUseAndTheSessionGoesOn) {
  const auto user = person("nuria");
  const auto first = login_.log_in(user.email, password_, call_);
  const auto second = login_.refresh(first.refresh_token, call_);
  const auto third = login_.refresh(second.refresh_token, call_);
  EXPECT_NE(first.refresh_token, second.refresh_token);
  EXPECT_EQ(session_of(third), session_of(first));
  EXPECT_EQ(principal_of(third).user(), user.id);
  EXPECT_TRUE(is_good(third));
}

TEST_F(LoginTest, UsedRefreshTokenEndsTheWholeSessionAndNoOther) {
  const auto user = person("nuria");
  const auto first = login_.log_in(user.email, password_, call_);
  const auto elsewhere = login_.log_in(user.email, password_, call_);
  const auto second = login_.refresh(first.refresh_token, call_);
  EXPECT_EQ(refresh_code(first.refresh_token), ErrorCode::unauthenticated);
  EXPECT_FALSE(is_good(second));
  EXPECT_EQ(refresh_code(second.refresh_token), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_good(elsewhere));
  EXPECT_TRUE(is_good(login_.refresh(elsewhere.refresh_token, call_)));
}

TEST_F(LoginTest, OneOfManyUsesAtOnceWinsAndTheSessionEnds) {
  constexpr int kUses = 6;
  const auto pair = login_.log_in(person("nuria").email, password_, call_);
  std::atomic<int> won = 0;
  std::latch start(kUses);
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < kUses; ++at) {
      callers.emplace_back([&] {
        start.arrive_and_wait();
        try {
          login_.refresh(pair.refresh_token, call_);
          ++won;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::unauthenticated) << error.what();
        }
      });
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_FALSE(is_good(pair));
  EXPECT_EQ(db_.value("select count(*) from identity.refresh_tokens"), "2");
}

TEST_F(LoginTest, WhatIsNoRefreshTokenIsRefused) {
  const auto pair = login_.log_in(person("nuria").email, password_, call_);
  for (const auto& token : {Secret(), Secret("x"), pair.access_token, Secret(pair.refresh_token.reveal() + "="),
                            Secret(db_.value("select token_hash from identity.refresh_tokens"))}) {
    EXPECT_EQ(refresh_code(token), ErrorCode::unauthenticated);
  }
  EXPECT_TRUE(is_good(login_.refresh(pair.refresh_token, call_)));
}

// The database's clock decides: the rows are made older, not this process.
TEST_F(LoginTest, ExpiredRefreshTokenIsRefusedWithoutEndingTheSession) {
  const auto pair = login_.log_in(person("nuria").email, password_, call_);
  db_.run("update identity.refresh_tokens set expires_at = now()");
  EXPECT_EQ(refresh_code(pair.refresh_token), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_good(pair));
}

TEST_F(LoginTest, SessionEndsForGoodAfterItsLongestTime) {
  const auto pair = login_.log_in(person("nuria").email, password_, call_);
  db_.run("update identity.sessions set started_at = now() - interval '90 days', expires_at = now()");
  EXPECT_FALSE(is_good(pair));
  EXPECT_EQ(refresh_code(pair.refresh_token), ErrorCode::unauthenticated);
}

TEST_F(LoginTest, NoTokenOutlivesItsSession) {
  const auto pair = login_.log_in(person("nuria").email, password_, call_);
  db_.run("update identity.sessions set expires_at = now() + interval '5 minutes'");
  const auto late = login_.refresh(pair.refresh_token, call_);
  EXPECT_LE(late.access_expires_in, std::chrono::minutes(5));
  EXPECT_GT(late.access_expires_in, std::chrono::minutes(3));
  EXPECT_LE(late.refresh_expires_in, std::chrono::minutes(5));
  EXPECT_EQ(db_.value("select bool_and(t.expires_at <= s.expires_at) from identity.refresh_tokens as t, "
                      "identity.sessions as s where t.used_at is null"),
            "t");
}

TEST_F(LoginTest, LoggingOutEndsTheSessionOnly) {
  const auto user = person("nuria");
  const auto here = login_.log_in(user.email, password_, call_);
  const auto elsewhere = login_.log_in(user.email, password_, call_);
  login_.log_out(user.id, session_of(here), call_);
  login_.log_out(user.id, session_of(here), call_);
  login_.log_out(UserId::random(), session_of(elsewhere), call_);
  EXPECT_FALSE(is_good(here));
  EXPECT_EQ(refresh_code(here.refresh_token), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_good(elsewhere));
  login_.log_out_everywhere(user.id, call_);
  EXPECT_FALSE(is_good(elsewhere));
}

TEST_F(LoginTest, InactivePersonCannotRefresh) {
  const auto user = person("nuria");
  const auto pair = login_.log_in(user.email, password_, call_);
  db_.run("update identity.users set is_active = false");
  EXPECT_EQ(refresh_code(pair.refresh_token), ErrorCode::unauthenticated);
}

TEST_F(LoginTest, ChangedPasswordEndsTheOtherSessions) {
  const auto user = person("nuria");
  const auto here = login_.log_in(user.email, password_, call_);
  const auto elsewhere = login_.log_in(user.email, password_, call_);
  const Secret next("a longer horse battery");
  login_.change_password(user.id, session_of(here), password_, next, call_);
  EXPECT_TRUE(is_good(here));
  EXPECT_FALSE(is_good(elsewhere));
  EXPECT_EQ(refused(user.email, password_).code(), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_good(login_.log_in(user.email, next, call_)));
}

TEST_F(LoginTest, PasswordIsNotChangedWithoutTheCurrentOneOrToABadOne) {
  const auto user = person("nuria");
  const auto pair = login_.log_in(user.email, password_, call_);
  const auto before = db_.digest_of("identity.users");
  const auto change = [&](const Secret& current, const Secret& next) {
    return error_of([&] { login_.change_password(user.id, session_of(pair), current, next, call_); });
  };
  const auto wrong = change(Secret("wrong horse battery"), Secret("a longer horse battery"));
  EXPECT_EQ(wrong.code(), ErrorCode::forbidden);
  EXPECT_THAT(wrong.what(), HasSubstr("password"));
  const auto bad = change(password_, Secret("short"));
  EXPECT_EQ(bad.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(bad.what(), HasSubstr("new_password"));
  EXPECT_EQ(db_.digest_of("identity.users"), before);
}

// B7: oneself, password again.
TEST_F(LoginTest, PasswordIsAskedForAgain) {
  const auto user = person("nuria");
  EXPECT_NO_THROW(login_.require_password(user.id, password_, call_));
  for (const auto& error : {error_of([&] { login_.require_password(user.id, Secret("wrong"), call_); }),
                            error_of([&] { login_.require_password(UserId::random(), password_, call_); })}) {
    EXPECT_EQ(error.code(), ErrorCode::forbidden);
    EXPECT_THAT(error.what(), HasSubstr("password"));
  }
}

TEST_F(LoginTest, OutdatedHashIsReplacedAtTheNextLogIn) {
  const auto user = person("nuria");
  PasswordHasher dearer({.passes = 2, .memory = 2 * crypto_pwhash_MEMLIMIT_MIN});
  Login later(pool_, dearer, keys_, clock_);
  const auto changed_at = db_.value("select password_changed_at from identity.users");
  EXPECT_TRUE(is_good(later.log_in(user.email, password_, call_)));
  const auto hash = db_.value("select password_hash from identity.users");
  EXPECT_FALSE(dearer.is_outdated(hash));
  EXPECT_EQ(db_.value("select password_changed_at from identity.users"), changed_at) << "it is the same password";
  EXPECT_TRUE(is_good(later.log_in(user.email, password_, call_)));
  EXPECT_EQ(db_.value("select password_hash from identity.users"), hash);
}

TEST_F(LoginTest, ManyLogInsWithAnOutdatedHashAtOnceAllSucceed) {
  const auto user = person("nuria");
  PasswordHasher dearer({.passes = 2, .memory = 2 * crypto_pwhash_MEMLIMIT_MIN});
  Login later(pool_, dearer, keys_, clock_);
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 6; ++at) {
      callers.emplace_back([&] { EXPECT_NO_THROW(later.log_in(user.email, password_, call_)); });
    }
  }
  EXPECT_EQ(db_.value("select count(*) from identity.sessions where ended_at is null"), "6");
}

// A session that began in that moment would live on when the account is activated again.
TEST_F(LoginTest, SessionDoesNotBeginWhileTheAccountIsDeactivated) {
  const auto user = person("nuria");
  auto other = db_.connect();
  other.run_script(pg::Sql::script_from_operator(
      fmt::format("begin; update identity.users set is_active = false where id = '{}'", user.id.str())));
  std::optional<ErrorCode> code;
  {
    const std::jthread caller([&] { code = refused(user.email, password_).code(); });
    while (db_.value("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = "
                     "current_database()") == "0") {
      std::this_thread::yield();
    }
    other.run_script(pg::Sql::script_from_operator("commit"));
  }
  EXPECT_EQ(code, ErrorCode::unauthenticated);
  EXPECT_EQ(db_.value("select count(*) from identity.sessions"), "0");
}

TEST_F(LoginTest, PastSessionsGoAtTheNextLogIn) {
  const auto user = person("nuria");
  login_.log_in(user.email, password_, call_);
  db_.run("update identity.sessions set ended_at = now() - interval '2 days'");
  login_.log_in(user.email, password_, call_);
  EXPECT_EQ(db_.value("select count(*) from identity.sessions"), "1");
  EXPECT_EQ(db_.value("select count(*) from identity.refresh_tokens"), "1");
}

TEST_F(LoginTest, EndsWithItsCall) {
  person("nuria");
  const Call ended{Deadline::at(MonotonicTime{}), {}};
  EXPECT_EQ(error_of([&] { login_.log_in(email("nuria"), password_, ended); }).code(), ErrorCode::timeout);
}

}  // namespace
}  // namespace tenure::identity
