#include "pg/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "pg/sqlstate.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"
#include "tests/support/raw_http.h"

namespace tenure::pg {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  /// The error of a statement.
  Error refused(const Sql& sql, const Params& params = Params()) {
    return error_of([&] { session_.exec(sql, params); });
  }
  int backend() { return static_cast<int>(session_.exec("SELECT pg_backend_pid()"_sql).int64(0, 0)); }
  /// Returns once the session of this process waits in pg_sleep.
  void wait_until_asleep(int process) const {
    auto observer = database_.connect();
    while (observer.exec("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"_sql, Params(process))
               .empty()) {
      observer.exec("SELECT pg_stat_clear_snapshot()"_sql);
    }
  }

  test::TestDatabase database_;
  Connection session_ = database_.connect();
};

// Values go beside the statement and come back as they were.

TEST_F(ConnectionTest, ParametersOfEveryKind) {
  const auto tenant = TenantId::parse("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11");
  const auto result =
      session_.exec("SELECT $1::text, $2::bigint, $3::int, $4::boolean, $5::uuid, $6::text, $7::text, $8::int"_sql,
                    Params("it's \"so\" \\ é", std::numeric_limits<std::int64_t>::min(), 7, true, tenant, std::nullopt,
                           std::optional<std::string>("x"), std::optional<int>()));
  ASSERT_EQ(result.rows(), 1);
  EXPECT_EQ(result.text(0, 0), "it's \"so\" \\ é");
  EXPECT_EQ(result.int64(0, 1), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(result.int64(0, 2), 7);
  EXPECT_TRUE(result.boolean(0, 3));
  EXPECT_EQ(result.text(0, 4), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_TRUE(result.is_null(0, 5));
  EXPECT_EQ(result.optional_text(0, 5), std::nullopt);
  EXPECT_EQ(result.optional_text(0, 6), "x");
  EXPECT_TRUE(result.is_null(0, 7));
}

TEST_F(ConnectionTest, EmptyTextIsNotNull) {
  const auto result = session_.exec("SELECT $1::text, $2::boolean"_sql, Params("", false));
  EXPECT_FALSE(result.is_null(0, 0));
  EXPECT_EQ(result.text(0, 0), "");
  EXPECT_FALSE(result.boolean(0, 1));
}

TEST_F(ConnectionTest, AParameterIsNeverSql) {
  const auto* attack = "'; DROP TABLE orders; --";
  database_.run("CREATE TABLE orders (note text)");
  session_.exec("INSERT INTO orders VALUES ($1)"_sql, Params(attack));
  EXPECT_EQ(database_.value("SELECT note FROM orders"), attack);
}

TEST_F(ConnectionTest, ArraysOfTextComeBackWhole) {
  const auto result = session_.exec(
      R"(SELECT ARRAY['a', 'b,c', 'd"e', 'f\g', '', ' ', 'NULL', '{}'], ARRAY[]::text[], ARRAY[1, 22], ARRAY[''])"_sql);
  EXPECT_THAT(result.text_array(0, 0), ElementsAre("a", "b,c", "d\"e", "f\\g", "", " ", "NULL", "{}"));
  EXPECT_THAT(result.text_array(0, 1), IsEmpty());
  EXPECT_THAT(result.text_array(0, 2), ElementsAre("1", "22"));
  EXPECT_THAT(result.text_array(0, 3), ElementsAre(""));
}

TEST_F(ConnectionTest, WhatIsNoIntegerIsAnErrorOfOurs) {
  const auto result = session_.exec("SELECT 'x', NULL::int, 1.5"_sql);
  for (int column = 0; column < 3; ++column) {
    EXPECT_EQ(error_of([&] { result.int64(0, column); }).code(), ErrorCode::internal);
  }
}

TEST_F(ConnectionTest, AffectedRowsAreCounted) {
  session_.run_script("CREATE TABLE t (n int); INSERT INTO t VALUES (9)"_sql);
  EXPECT_EQ(session_.exec("INSERT INTO t SELECT generate_series(1, 5)"_sql).affected(), 5);
  EXPECT_EQ(session_.exec("UPDATE t SET n = 0 WHERE n > 3"_sql).affected(), 3);
  EXPECT_EQ(session_.exec("DELETE FROM t"_sql).affected(), 6);
  EXPECT_EQ(session_.exec("CREATE TABLE u ()"_sql).affected(), 0);
}

// NOTIFY.

TEST_F(ConnectionTest, HearsWhatOthersNotify) {
  auto other = database_.connect();
  session_.exec("LISTEN news"_sql);
  other.exec("SELECT pg_notify('news', 'one')"_sql);
  other.exec("SELECT pg_notify('gossip', 'two')"_sql);
  EXPECT_THAT(session_.wait_for_notifications(Call::within(Milliseconds(30000))), ElementsAre("one"));
  EXPECT_THAT(session_.wait_for_notifications(Call::within(Milliseconds(1))), IsEmpty());
}

TEST_F(ConnectionTest, ASessionThatWasClosedHearsNothingAndSaysSo) {
  session_.exec("LISTEN news"_sql);
  const auto backend = session_.exec("SELECT pg_backend_pid()"_sql).int64(0, 0);
  database_.connect().exec("SELECT pg_terminate_backend($1::int)"_sql, Params(backend));
  EXPECT_EQ(error_of([&] { session_.wait_for_notifications(Call::within(Milliseconds(30000))); }).code(),
            ErrorCode::unavailable);
}

// Errors by SQLSTATE: a code, a retry advice, and no row's values.

TEST_F(ConnectionTest, AUniqueViolationDoesNotLeakTheRow) {
  database_.run(
      "CREATE TABLE users (email text CONSTRAINT users_email UNIQUE); INSERT INTO users VALUES ('ann@example.org')");
  const auto error = refused("INSERT INTO users VALUES ($1)"_sql, Params("ann@example.org"));
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(error.sqlstate(), "23505");
  EXPECT_THAT(error.what(), AllOf(HasSubstr("public.users"), HasSubstr("users_email"), Not(HasSubstr("ann"))));
}

TEST_F(ConnectionTest, OtherErrorsThatQuoteValuesDoNotLeakThemEither) {
  database_.run(R"(
    CREATE TABLE t (n int CHECK (n > 0), d date, u uuid, r int);
    CREATE TABLE p (id int PRIMARY KEY);
    ALTER TABLE t ADD FOREIGN KEY (r) REFERENCES p;
    CREATE FUNCTION shout(value text) RETURNS void LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no %'', value; END';
  )");
  const std::map<std::string, Error> errors = {
      {"check", refused("INSERT INTO t (n) VALUES ($1)"_sql, Params(-424242))},
      {"key", refused("INSERT INTO t (r) VALUES ($1)"_sql, Params(424242))},
      {"cast", refused("SELECT $1::text::uuid"_sql, Params("424242"))},
      {"date", refused("SELECT $1::text::date"_sql, Params("424242-99-99"))},
      {"raise", refused("SELECT shout($1)"_sql, Params("424242"))},
      {"parameter", refused("SELECT $1::uuid"_sql, Params("424242"))},
  };
  for (const auto& [what, error] : errors) EXPECT_THAT(error.what(), Not(HasSubstr("424242"))) << what;
  EXPECT_EQ(errors.at("check").code(), ErrorCode::conflict);
  EXPECT_EQ(errors.at("key").sqlstate(), "23503");
  EXPECT_EQ(errors.at("raise").code(), ErrorCode::refused);
}

TEST_F(ConnectionTest, AMissingTableOrColumnMeansThatThePlanIsStale) {
  for (const auto& sql : {"SELECT FROM nowhere"_sql, "SELECT nothing"_sql}) {
    const auto error = refused(sql);
    EXPECT_EQ(error.code(), ErrorCode::stale);
    EXPECT_EQ(error.retry(), Retry::never);
  }
}

TEST_F(ConnectionTest, AMissingPrivilegeIsARefusal) {
  database_.run("CREATE TABLE closed (); CREATE ROLE " + database_.name() + "_stranger LOGIN");
  auto stranger = Connection::open(database_.settings().with("user", database_.name() + "_stranger"));
  const auto error = error_of([&] { stranger.exec("SELECT FROM closed"_sql); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_EQ(error.sqlstate(), kInsufficientPrivilege);
  EXPECT_THAT(error.what(), HasSubstr("closed"));
  database_.run("DROP ROLE " + database_.name() + "_stranger");
}

TEST_F(ConnectionTest, ALockThatIsNotFreeInTimeIsATimeout) {
  database_.run("CREATE TABLE t ()");
  auto holder = database_.connect();
  holder.run_script("BEGIN; LOCK TABLE t"_sql);
  session_.exec("SET lock_timeout = '20ms'"_sql);
  const auto error = refused("SELECT FROM t"_sql);
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(error.sqlstate(), "55P03");
}

TEST_F(ConnectionTest, AStatementTimeoutIsATimeout) {
  session_.exec("SET statement_timeout = '20ms'"_sql);
  const auto error = refused("SELECT pg_sleep(600)"_sql);
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  EXPECT_EQ(error.sqlstate(), "57014");
}

TEST_F(ConnectionTest, AMistakeOfOursIsInternal) {
  const auto error = refused("SELEC"_sql);
  EXPECT_EQ(error.code(), ErrorCode::internal);
  EXPECT_EQ(error.retry(), Retry::never);
}

TEST_F(ConnectionTest, TheFirstErrorOfAScriptEndsIt) {
  EXPECT_THROW(session_.run_script("CREATE TABLE a (); SELECT FROM nowhere; CREATE TABLE b ()"_sql), Error);
  EXPECT_EQ(session_.exec("SELECT 1"_sql).int64(0, 0), 1);
  EXPECT_EQ(database_.value("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"), "0");
}

// The end of a call ends the statement on the server.

TEST_F(ConnectionTest, TheDeadlineCancelsTheStatementOnTheServer) {
  session_.bind(Call::within(Milliseconds(30)));
  const auto error = refused("SELECT pg_sleep(600)"_sql);
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(error.sqlstate(), IsEmpty());
  session_.bind({});
  ASSERT_TRUE(session_.is_usable());
  EXPECT_EQ(session_.exec("SELECT 1"_sql).int64(0, 0), 1);
}

TEST_F(ConnectionTest, AStopRequestCancelsTheStatementOnTheServer) {
  std::stop_source stop;
  const auto process = backend();
  session_.bind({.deadline = {}, .stop = stop.get_token()});
  std::jthread stopper([&] {
    wait_until_asleep(process);
    stop.request_stop();
  });
  const auto error = refused("SELECT pg_sleep(600)"_sql);
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  EXPECT_THAT(error.what(), HasSubstr("stopped on request"));
  session_.bind({});
  EXPECT_EQ(backend(), process);
}

// A session that is gone.

TEST_F(ConnectionTest, ATerminatedBackendIsUnavailable) {
  EXPECT_TRUE(session_.is_alive());
  const auto process = backend();
  ASSERT_TRUE(database_.connect().exec("SELECT pg_terminate_backend($1, 60000)"_sql, Params(process)).boolean(0, 0));
  EXPECT_FALSE(session_.is_alive());
  const auto error = refused("SELECT 1"_sql);
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_FALSE(session_.is_usable());
}

TEST_F(ConnectionTest, ABackendTerminatedInAStatementIsUnavailable) {
  const auto process = backend();
  std::jthread killer([&] {
    wait_until_asleep(process);
    database_.connect().exec("SELECT pg_terminate_backend($1)"_sql, Params(process));
  });
  const auto error = refused("SELECT pg_sleep(600)"_sql);
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_FALSE(session_.is_usable());
}

TEST_F(ConnectionTest, WhetherATransactionIsOpenIsKnown) {
  EXPECT_FALSE(session_.is_in_transaction());
  session_.exec("BEGIN"_sql);
  EXPECT_TRUE(session_.is_in_transaction());
  EXPECT_THROW(session_.exec("SELECT FROM nowhere"_sql), Error);
  EXPECT_TRUE(session_.is_in_transaction());
  session_.exec("ROLLBACK"_sql);
  EXPECT_FALSE(session_.is_in_transaction());
  EXPECT_GE(session_.server_version(), 130000);
}

// Connecting.

constexpr const char* kPassword = "s3cr3t-pa55";

Error open_failure(const ConnectionSettings& settings, const Call& call = {}) {
  return error_of([&] { Connection::open(settings, call); });
}

// A process that was stopped for too long finds its session gone; the work is tried again, and has not failed for good.
TEST_F(ConnectionTest, ASessionThatWasSilentInATransactionForTooLongIsUnavailableAndMayBeTriedAgain) {
  const auto process = backend();
  session_.run_script("SET idle_in_transaction_session_timeout = 1; BEGIN"_sql);
  auto observer = database_.connect();
  while (!observer.exec("SELECT FROM pg_stat_activity WHERE pid = $1"_sql, Params(process)).empty()) {
    observer.exec("SELECT pg_stat_clear_snapshot()"_sql);
  }
  const auto error = refused("SELECT 1"_sql);
  EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
}

TEST_F(ConnectionTest, AnUnknownDatabaseIsNotFound) {
  const auto error = open_failure(database_.settings().with("dbname", "no_such"));
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_EQ(error.retry(), Retry::never);
  EXPECT_THAT(error.what(), HasSubstr("no_such"));
}

TEST_F(ConnectionTest, AnUnknownRoleIsRefusedTheLogin) {
  const auto error = open_failure(database_.settings().with("user", "nobody_here"));
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::never);
  EXPECT_THAT(error.what(), HasSubstr("refused the login"));
}

TEST(ConnectionOpen, AServerThatIsNotThereIsUnavailable) {
  const auto port = std::to_string(test::closed_port());
  const auto settings =
      ConnectionSettings::parse("postgresql://app:" + std::string(kPassword) + "@127.0.0.1:" + port + "/orders");
  const auto error = open_failure(settings);
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("orders on 127.0.0.1:" + port + " as app"), Not(HasSubstr(kPassword))));
}

TEST(ConnectionOpen, AServerThatDoesNotAnswerIsATimeoutAtTheDeadline) {
  const test::RawListener listener(test::RawListener::hang);
  const auto port = listener.url().substr(listener.url().rfind(':') + 1);
  const auto settings = ConnectionSettings::parse("postgresql://app:" + std::string(kPassword) + "@127.0.0.1:" + port +
                                                  "/orders?sslmode=disable&gssencmode=disable");
  const auto late = open_failure(settings, Call::within(Milliseconds(30)));
  EXPECT_EQ(late.code(), ErrorCode::timeout);
  EXPECT_THAT(late.what(), Not(HasSubstr(kPassword)));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(open_failure(settings, {.deadline = {}, .stop = stop.get_token()}).code(), ErrorCode::timeout);
}

TEST(ConnectionOpen, WhatLibpqSaysIsReadAndNotRepeated) {
  const auto error = [](std::string_view libpq) { return connection_error(libpq, "database orders"); };
  EXPECT_EQ(error("FATAL:  password authentication failed for user \"app\"").retry(), Retry::never);
  EXPECT_EQ(error("FATAL:  sorry, too many clients already").retry(), Retry::later);
  EXPECT_EQ(error("FATAL:  remaining connection slots are reserved").retry(), Retry::later);
  EXPECT_EQ(error("FATAL:  the database system is starting up").retry(), Retry::later);
  EXPECT_EQ(error("FATAL:  the database system is shutting down").code(), ErrorCode::unavailable);
  EXPECT_STREQ(error("connection to \"s3cr3t-pa55\" failed").what(), "database orders: cannot connect");
}

TEST_F(ConnectionTest, ADatabaseWithoutAFreeConnectionIsUnavailableForNow) {
  const auto role = database_.name() + "_keeper";
  database_.run("CREATE ROLE " + role + " LOGIN");
  database_.run("ALTER DATABASE \"" + database_.name() + "\" CONNECTION LIMIT 0");
  const auto error = error_of([&] { Connection::open(database_.settings().with("user", role)); });
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(error.what(), HasSubstr("as many connections as its CONNECTION LIMIT allows"));
  database_.run("DROP ROLE " + role);
}

}  // namespace
}  // namespace tenure::pg
