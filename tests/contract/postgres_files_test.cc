#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/error.h"
#include "tests/contract/postgres_world.h"

// Files that rows name go after the rows have (A4): nobody is told that all is gone before they are.
namespace tenure::contract {
namespace {

Call soon() { return Call::within(Milliseconds(60'000)); }

// C6. Another erasure is at work on the list of files and slow.
TEST(PostgresFiles, AnswerWaitsForTheFilesAndIsAskedForAgainWhenTheyTakeTooLong) {
  PostgresWorld world(Role::superuser);
  const auto tenant = TenantId::random();
  const auto expected = world.fill(tenant);
  world.data_store().erase({.subject = TenantId::random()}, soon(), {});
  world.database().run(
      "INSERT INTO tenure.pending_files (receipt_key, table_label, path) VALUES ('another', 'models', 'x/gone.bin')");
  auto another = world.database().connect();
  another.run_script(pg::Sql::script_from_operator("BEGIN; SELECT FROM tenure.pending_files FOR UPDATE"));

  const store::EraseRequest order{.subject = tenant, .idempotency_key = "order-1"};
  try {
    world.data_store().erase(order, Call::within(Milliseconds(3'000)), {});
    ADD_FAILURE() << "answered while the files were there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::outcome_unknown) << error.what();
    EXPECT_EQ(error.retry(), Retry::later);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("the rows are deleted"));
  }
  EXPECT_EQ(world.rows_of(tenant), 0);
  EXPECT_EQ(world.files_of(tenant), 2);

  another.run_script(pg::Sql::script_from_operator("ROLLBACK"));
  const auto replay = world.data_store().erase(order, soon(), {});
  EXPECT_TRUE(replay.is_replay);
  EXPECT_EQ(replay.deleted_counts, expected);
  EXPECT_EQ(world.files_of(tenant), 0);
  EXPECT_EQ(world.database().value("SELECT count(*) FROM tenure.pending_files"), "0");
}

}  // namespace
}  // namespace tenure::contract
