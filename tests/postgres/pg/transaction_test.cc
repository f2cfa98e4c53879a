#include "pg/transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/sqlstate.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"

namespace tenure::pg {
namespace {

using test::error_of;

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() { database_.run("CREATE TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"); }
  std::string rows() const { return database_.value("SELECT count(*) FROM t"); }

  test::TestDatabase database_;
  Connection session_ = database_.connect();
};

TEST_F(TransactionTest, CommitKeepsWhatItDid) {
  Transaction transaction(session_);
  transaction.exec("INSERT INTO t VALUES (1)"_sql);
  EXPECT_EQ(rows(), "0");
  transaction.commit();
  EXPECT_EQ(rows(), "1");
  EXPECT_FALSE(session_.is_in_transaction());
}

TEST_F(TransactionTest, WithoutACommitItIsRolledBack) {
  {
    Transaction transaction(session_);
    transaction.exec("INSERT INTO t VALUES (1)"_sql);
  }
  EXPECT_EQ(rows(), "0");
  EXPECT_FALSE(session_.is_in_transaction());
}

TEST_F(TransactionTest, AnErrorOnTheWayRollsItBackAndLeavesTheSessionUsable) {
  EXPECT_THROW(
      {
        Transaction transaction(session_);
        transaction.exec("INSERT INTO t VALUES (1)"_sql);
        transaction.exec("SELECT FROM nowhere"_sql);
      },
      Error);
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(session_.exec("SELECT 1"_sql).int64(0, 0), 1);
}

TEST_F(TransactionTest, ItRollsBackEvenWhenTheCallHasEnded) {
  {
    Transaction transaction(session_);
    transaction.exec("INSERT INTO t VALUES (1)"_sql);
    session_.bind(Call::within(Milliseconds(0)));
  }
  EXPECT_TRUE(session_.is_usable());
  EXPECT_FALSE(session_.is_in_transaction());
  EXPECT_EQ(rows(), "0");
}

TEST_F(TransactionTest, ARollbackChangesNothingAboutTheTimeThatTheSessionHas) {
  {
    Transaction transaction(session_);
    session_.bind(Call::within(Milliseconds(0)));
  }
  EXPECT_EQ(error_of([&] { session_.exec("SELECT pg_sleep(1)"_sql); }).code(), ErrorCode::timeout);
  session_.bind({});
  { const Transaction transaction(session_); }
  EXPECT_TRUE(session_.bind({}).deadline.is_unlimited());
}

TEST_F(TransactionTest, SettingsEndWithIt) {
  {
    Transaction transaction(session_);
    transaction.exec("SET LOCAL lock_timeout = '7s'"_sql);
    EXPECT_EQ(transaction.exec("SHOW lock_timeout"_sql).text(0, 0), "7s");
    transaction.commit();
  }
  EXPECT_EQ(session_.exec("SHOW lock_timeout"_sql).text(0, 0), "0");
}

TEST_F(TransactionTest, EachStatementSeesWhatHasCommittedByThen) {
  Transaction transaction(session_);
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM t"_sql).int64(0, 0), 0);
  database_.run("INSERT INTO t VALUES (1)");
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM t"_sql).int64(0, 0), 1);
}

TEST_F(TransactionTest, AFixedSnapshotIsOneInstantAndReadsOnly) {
  Transaction transaction(session_, Snapshot::fixed);
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM t"_sql).int64(0, 0), 0);
  database_.run("INSERT INTO t VALUES (1)");
  EXPECT_EQ(transaction.exec("SELECT count(*) FROM t"_sql).int64(0, 0), 0);
  EXPECT_EQ(error_of([&] { transaction.exec("INSERT INTO t VALUES (2)"_sql); }).sqlstate(), "25006");
}

TEST_F(TransactionTest, ACommitThatTheServerRefusesIsThatError) {
  Transaction transaction(session_);
  transaction.exec("INSERT INTO t VALUES (1), (1)"_sql);
  const auto error = error_of([&] { transaction.commit(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(error.sqlstate(), kUniqueViolation);
  EXPECT_EQ(rows(), "0");
  EXPECT_FALSE(session_.is_in_transaction());
}

// C6: a request whose answer was lost is asked about, not repeated blindly.
TEST_F(TransactionTest, ASessionThatEndsDuringItsCommitLeavesTheOutcomeUnknown) {
  database_.run(R"(
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(600); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
  )");
  Transaction transaction(session_);
  transaction.exec("INSERT INTO t VALUES (1)"_sql);
  const auto error = error_of([&] { transaction.commit(); });
  EXPECT_EQ(error.code(), ErrorCode::outcome_unknown);
  EXPECT_EQ(error.retry(), Retry::later);
}

TEST_F(TransactionTest, ACallThatEndsDuringTheCommitLeavesTheOutcomeUnknown) {
  database_.run(R"(
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION dawdle();
  )");
  Transaction transaction(session_);
  transaction.exec("INSERT INTO t VALUES (1)"_sql);
  session_.bind(Call::within(Milliseconds(30)));
  EXPECT_EQ(error_of([&] { transaction.commit(); }).code(), ErrorCode::outcome_unknown);
}

TEST_F(TransactionTest, ASessionThatIsGoneIsNotRolledBack) {
  const auto process = session_.exec("SELECT pg_backend_pid()"_sql).int64(0, 0);
  {
    Transaction transaction(session_);
    transaction.exec("INSERT INTO t VALUES (1)"_sql);
    database_.connect().exec("SELECT pg_terminate_backend($1, 60000)"_sql, Params(process));
  }
  EXPECT_FALSE(session_.is_alive());
  EXPECT_EQ(rows(), "0");
}

}  // namespace
}  // namespace tenure::pg
