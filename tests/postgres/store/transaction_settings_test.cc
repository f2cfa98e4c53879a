#include "store/postgres/transaction_settings.h"

#include <gtest/gtest.h>

#include "pg/transaction.h"
#include "tests/support/database.h"

// Every transaction of a store ends by itself: statements, waits for locks, and silence have their limits (C7).
namespace tenure::store {
namespace {

using pg::operator""_sql;

class TransactionSettingsTest : public ::testing::Test {
 protected:
  std::string setting(const char* name) {
    return session_.exec("SELECT current_setting($1)"_sql, pg::Params(std::string(name))).text(0, 0);
  }

  test::TestDatabase database_;
  pg::Connection session_ = database_.connect();
};

TEST_F(TransactionSettingsTest, LimitsHoldInTheTransactionAndNotAfterIt) {
  {
    pg::Transaction transaction(session_);
    limit_transaction(session_, Call::within(Milliseconds(5000)));
    EXPECT_NE(setting("statement_timeout"), "0");
    EXPECT_NE(setting("lock_timeout"), "0");
    EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "1min");
    EXPECT_EQ(setting("row_security"), "off");
    transaction.commit();
  }
  EXPECT_EQ(setting("statement_timeout"), "0");
  EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "0");
}

TEST_F(TransactionSettingsTest, AnErasureTakesOneProcessOfTheServersEach) {
  const auto configured = setting("max_parallel_workers_per_gather");
  ASSERT_NE(configured, "0");
  pg::Transaction transaction(session_);
  limit_transaction(session_, Call());
  EXPECT_EQ(setting("max_parallel_workers_per_gather"), configured);
  limit_transaction(session_, Call(), Workers::one);
  EXPECT_EQ(setting("max_parallel_workers_per_gather"), "0");
}

TEST_F(TransactionSettingsTest, WithoutADeadlineOnlyWaitsAreLimited) {
  pg::Transaction transaction(session_);
  limit_transaction(session_, Call());
  EXPECT_EQ(setting("statement_timeout"), "0");
  EXPECT_EQ(setting("lock_timeout"), "10s");
}

}  // namespace
}  // namespace tenure::store
