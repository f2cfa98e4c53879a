// COPY in and out: rows arrive as they are, errors by SQLSTATE, deadlines and stops are heeded, and a copy that is left
// half way leaves a usable session behind.
#include "pg/copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "pg/transaction.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"

namespace tenure::pg {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

class Copy : public ::testing::Test {
 protected:
  std::string all_rows(const Sql& copy) {
    CopyOut rows(session_, copy);
    std::string text;
    while (const auto row = rows.next()) text += *row;
    rows_ = rows.rows();
    return text;
  }
  void expect_usable() { EXPECT_EQ(session_.exec("SELECT 7"_sql).int64(0, 0), 7); }

  const test::TestDatabase database_;
  Connection session_ = database_.connect();
  std::int64_t rows_ = -1;
};

TEST_F(Copy, RowsComeOneByOneAsTheServerWritesThem) {
  EXPECT_EQ(all_rows("COPY (SELECT 1, NULL, E'a\\tb\\\\' UNION ALL SELECT 2, '', 'é') TO STDOUT"_sql),
            "1\t\\N\ta\\tb\\\\\n2\t\té\n");
  EXPECT_EQ(rows_, 2);
  expect_usable();
}

TEST_F(Copy, NoRowsAreNoRows) {
  EXPECT_EQ(all_rows("COPY (SELECT 1 WHERE false) TO STDOUT"_sql), "");
  EXPECT_EQ(rows_, 0);
}

TEST_F(Copy, MoreRowsThanAnyBufferHoldsComeBackAsTheyWent) {
  database_.run("CREATE TABLE a (n int, t text); CREATE TABLE b (LIKE a)");
  session_.exec("INSERT INTO a SELECT n, repeat(chr(n % 90 + 33), n % 3000) FROM generate_series(1, 20000) n"_sql);
  const auto text = all_rows("COPY a TO STDOUT"_sql);
  EXPECT_EQ(rows_, 20000);
  CopyIn in(session_, "COPY b FROM STDIN"_sql);
  for (std::string_view rest = text; !rest.empty();) {
    // Pieces that end anywhere, within a row as well.
    const auto piece = rest.substr(0, 7777);
    in.put(piece);
    rest.remove_prefix(piece.size());
  }
  EXPECT_EQ(in.finish(), 20000);
  EXPECT_EQ(database_.digest_of("a"), database_.digest_of("b"));
}

TEST_F(Copy, FailingHalfWayIsAnErrorBySqlstateWithoutValues) {
  const auto error = error_of([&] {
    all_rows("COPY (SELECT 1 / (5000 - n), 'ada@example.org' FROM generate_series(1, 9000) n) TO STDOUT"_sql);
  });
  EXPECT_EQ(error.sqlstate(), "22012");
  expect_usable();
}

TEST_F(Copy, WhatCannotStartSaysWhy) {
  EXPECT_EQ(error_of([&] { all_rows("COPY nothing TO STDOUT"_sql); }).sqlstate(), "42P01");
  expect_usable();
  EXPECT_EQ(error_of([&] { CopyIn(session_, "COPY nothing FROM STDIN"_sql); }).sqlstate(), "42P01");
  expect_usable();
  EXPECT_EQ(error_of([&] { all_rows("SELECT 1"_sql); }).code(), ErrorCode::internal);
  expect_usable();
}

TEST_F(Copy, RowThatTheServerRefusesIsToldAtTheEndAndNothingStays) {
  database_.run("CREATE TABLE a (n int PRIMARY KEY)");
  const auto error = error_of([&] {
    CopyIn in(session_, "COPY a FROM STDIN"_sql);
    for (int row = 0; row < 50000; ++row) in.put("1\n");
    in.finish();
  });
  EXPECT_EQ(error.sqlstate(), "23505");
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("a_pkey"));
  EXPECT_EQ(database_.value("SELECT count(*) FROM a"), "0");
  expect_usable();
}

TEST_F(Copy, LeftHalfWayLeavesAUsableSession) {
  database_.run("CREATE TABLE a (n int)");
  {
    CopyOut rows(session_, "COPY (SELECT n, repeat('x', 1000) FROM generate_series(1, 1000000) n) TO STDOUT"_sql);
    ASSERT_TRUE(rows.next().has_value());
  }
  expect_usable();
  {
    CopyIn in(session_, "COPY a FROM STDIN"_sql);
    in.put("1\n2\n");
  }
  expect_usable();
  EXPECT_EQ(database_.value("SELECT count(*) FROM a"), "0");
}

TEST_F(Copy, DeadlineEndsARowThatDoesNotCome) {
  session_.bind(Call::within(Milliseconds(200)));
  const auto error = error_of([&] { all_rows("COPY (SELECT pg_sleep(60)) TO STDOUT"_sql); });
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  session_.bind({});
  expect_usable();
}

// A server that never pauses must not carry the copy past its deadline.
TEST_F(Copy, DeadlineEndsAStreamThatNeverPauses) {
  session_.bind(Call::within(Milliseconds(200)));
  const auto error = error_of([&] { all_rows("COPY (SELECT n FROM generate_series(1, 1000000000) n) TO STDOUT"_sql); });
  EXPECT_EQ(error.code(), ErrorCode::timeout);
  session_.bind({});
  expect_usable();
}

TEST_F(Copy, StopRequestEndsIt) {
  std::stop_source stop;
  session_.bind({Deadline(), stop.get_token()});
  std::optional<Error> error;
  std::jthread copying([&] { error = error_of([&] { all_rows("COPY (SELECT pg_sleep(60)) TO STDOUT"_sql); }); });
  stop.request_stop();
  copying.join();
  EXPECT_EQ(error->code(), ErrorCode::timeout);
  session_.bind({});
  expect_usable();
}

// The server waits for a lock, and reads nothing meanwhile.
TEST_F(Copy, DeadlineEndsRowsThatTheServerDoesNotTake) {
  database_.run("CREATE TABLE a (t text UNIQUE)");
  auto blocker = database_.connect();
  blocker.run_script(Sql::script_from_operator("BEGIN; INSERT INTO a VALUES ('x')"));
  session_.bind(Call::within(Milliseconds(300)));
  const std::string row(1000, 'y');
  const auto error = error_of([&] {
    CopyIn in(session_, "COPY a FROM STDIN"_sql);
    in.put("x\n");
    for (int number = 0; number < 100000; ++number) in.put(row + std::to_string(number) + "\n");
    in.finish();
  });
  EXPECT_EQ(error.code(), ErrorCode::timeout) << error.what();
  blocker.exec("ROLLBACK"_sql);
  session_.bind({});
  expect_usable();
  EXPECT_EQ(database_.value("SELECT count(*) FROM a"), "0");
}

TEST_F(Copy, LostSessionIsUnavailable) {
  const auto pid = session_.exec("SELECT pg_backend_pid()"_sql).text(0, 0);
  const auto error = error_of([&] {
    CopyOut rows(session_, "COPY (SELECT n, repeat('x', 1000) FROM generate_series(1, 10000000) n) TO STDOUT"_sql);
    rows.next();
    database_.value("SELECT pg_terminate_backend(" + pid + ")");
    while (rows.next()) continue;
  });
  EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_FALSE(session_.is_usable());
}

TEST_F(Copy, OutsideACopyTheClientIsNotAskedForRows) {
  database_.run("CREATE TABLE a (n int)");
  for (const auto& copy : {"COPY a FROM STDIN"_sql, "COPY a TO STDOUT"_sql}) {
    EXPECT_EQ(error_of([&] { session_.exec(copy); }).code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error_of([&] { session_.run_script(copy); }).code(), ErrorCode::invalid_argument);
    expect_usable();
  }
}

}  // namespace
}  // namespace tenure::pg
