#include "pg/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/support/database.h"
#include "tests/support/error_of.h"

namespace tenure::pg {
namespace {

using test::error_of;

std::int64_t backend(Pool::Lease& lease) { return lease->exec("SELECT pg_backend_pid()"_sql).int64(0, 0); }

class PoolTest : public ::testing::Test {
 protected:
  std::int64_t backend_of_next() {
    auto lease = pool_.take();
    return backend(lease);
  }

  test::TestDatabase database_;
  Pool pool_{database_.settings(), 1};
};

TEST_F(PoolTest, ASessionIsUsedAgain) {
  const auto first = backend_of_next();
  EXPECT_EQ(backend_of_next(), first);
}

TEST_F(PoolTest, NoMoreThanItsSizeAreOutAtATime) {
  const auto out = pool_.take();
  const auto error = error_of([&] { pool_.take(Call::within(Milliseconds(20))); });
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  EXPECT_EQ(error.retry(), Retry::later);
}

TEST_F(PoolTest, TakingWaitsForOneToComeBack) {
  std::optional<Pool::Lease> out(pool_.take());
  const auto expected = backend(*out);
  auto next = std::async(std::launch::async, [&] { return backend_of_next(); });
  out.reset();
  EXPECT_EQ(next.get(), expected);
}

TEST_F(PoolTest, ManyThreadsShareAFew) {
  Pool pool(database_.settings(), 2);
  std::atomic<int> out = 0;
  std::atomic<int> most = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 20; ++turn) {
        auto lease = pool.take(Call::within(Milliseconds(60'000)));
        for (int seen = most, now = ++out; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        lease->exec("SELECT 1"_sql);
        --out;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most, 2);
  EXPECT_GE(most, 1);
}

TEST_F(PoolTest, ACallThatHasEndedGetsNothing) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(error_of([&] { pool_.take({.deadline = {}, .stop = stop.get_token()}); }).code(), ErrorCode::timeout);
  EXPECT_EQ(error_of([&] { pool_.take(Call::within(Milliseconds(0))); }).code(), ErrorCode::timeout);
}

TEST_F(PoolTest, AStopRequestEndsTheWait) {
  const auto out = pool_.take();
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] {
    return error_of([&] { pool_.take({.deadline = {}, .stop = stop.get_token()}); }).code();
  });
  stop.request_stop();
  EXPECT_EQ(waiting.get(), ErrorCode::timeout);
}

TEST_F(PoolTest, TheSessionIsBoundToTheCallThatTookIt) {
  backend_of_next();  // so that there is a session and no time goes into opening one
  auto lease = pool_.take(Call::within(Milliseconds(50)));
  EXPECT_EQ(error_of([&] { lease->exec("SELECT pg_sleep(600)"_sql); }).code(), ErrorCode::timeout);
}

TEST_F(PoolTest, ASessionThatTheServerClosedMeanwhileIsReplaced) {
  const auto first = backend_of_next();
  database_.connect().exec("SELECT pg_terminate_backend($1, 60000)"_sql, Params(first));
  EXPECT_NE(backend_of_next(), first);
}

TEST_F(PoolTest, ASessionThatBrokeOnLoanIsReplaced) {
  std::int64_t first = 0;
  {
    auto lease = pool_.take();
    first = backend(lease);
    EXPECT_THROW(lease->exec("SELECT pg_terminate_backend(pg_backend_pid())"_sql), Error);
  }
  EXPECT_NE(backend_of_next(), first);
}

TEST_F(PoolTest, ASessionLeftInATransactionIsNotUsedAgain) {
  database_.run("CREATE TABLE t ()");
  std::int64_t first = 0;
  {
    auto lease = pool_.take();
    first = backend(lease);
    lease->run_script("BEGIN; INSERT INTO t DEFAULT VALUES"_sql);
  }
  EXPECT_NE(backend_of_next(), first);
  EXPECT_EQ(database_.value("SELECT count(*) FROM t"), "0");
}

TEST_F(PoolTest, AnErrorOnLoanDoesNotCostTheSession) {
  std::int64_t first = 0;
  {
    auto lease = pool_.take();
    first = backend(lease);
    EXPECT_THROW(lease->exec("SELECT FROM nowhere"_sql), Error);
  }
  EXPECT_EQ(backend_of_next(), first);
}

TEST_F(PoolTest, AFailureToConnectGivesThePlaceBack) {
  Pool pool(database_.settings().with("dbname", "no_such"), 1);
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(error_of([&] { pool.take(Call::within(Milliseconds(60'000))); }).code(), ErrorCode::not_found);
  }
}

TEST_F(PoolTest, EachSessionIsPrepared) {
  Pool pool(database_.settings(), 2, "SET application_name = 'prepared'"_sql);
  auto one = pool.take();
  auto other = pool.take();
  for (auto* lease : {&one, &other}) {
    EXPECT_EQ((*lease)->exec("SHOW application_name"_sql).text(0, 0), "prepared");
  }
}

TEST_F(PoolTest, AFailureToPrepareGivesThePlaceBack) {
  Pool pool(database_.settings(), 1, "SET no_such_setting = 1"_sql);
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THROW(pool.take(Call::within(Milliseconds(60'000))), Error);
  }
}

}  // namespace
}  // namespace tenure::pg
