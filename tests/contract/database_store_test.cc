#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/databases/tenant_databases.h"
#include "tests/contract/database_world.h"
#include "tests/support/error_of.h"

// D1, C5, C7: an erasure of a tenant's database goes on wherever it was interrupted, drops nothing that is not archived
// and nothing that is another's, and comes back from there.
namespace tenure::contract {
namespace {

using test::error_of;
using testing::HasSubstr;

class DatabaseStoreTest : public testing::Test {
 protected:
  DatabaseStoreTest() {
    expected_ = world_.fill(mine_);
    world_.fill(others_);
    name_ = world_.database_of(mine_);
  }

  store::TenantDataStore& store() { return world_.data_store(); }
  store::EraseRequest request(const std::string& key = "key", std::int64_t epoch = 1) const {
    return {.subject = mine_, .idempotency_key = key, .job = job_, .epoch = epoch, .archive_key = key_};
  }
  store::Restoration restore(const store::ProgressSink& progress = {}) {
    return store().restore({.subject = mine_, .job = job_, .epoch = 9, .archive_key = key_}, soon(), progress);
  }
  /// What the registry says of the tenant's database.
  std::string state() const {
    return world_.database().value(
        fmt::format("SELECT min(state) FROM tenure.schemas WHERE tenant_id = '{}'", mine_.str()));
  }
  std::string work_name() const {
    auto connection = world_.database().connect();
    return schemas::find_tenant_database(connection, mine_)->work_name;
  }
  /// An erasure that has archived the database and cannot drop it.
  void erase_up_to_dropping() {
    const auto block = [&](const store::Counts&) {
      if (state() != "dropping" || is_blocked_) return;
      is_blocked_ = true;
      world_.run_in(work_name(), "BEGIN; CREATE TABLE pending (); PREPARE TRANSACTION 'in_the_way'");
    };
    const auto error = error_of([&] { store().erase(request(), soon(), block); });
    EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
    EXPECT_EQ(error.retry(), Retry::later);
    EXPECT_EQ(state(), "dropping");
    world_.run_in(work_name(), "ROLLBACK PREPARED 'in_the_way'");
  }

  DatabaseWorld world_;
  const TenantId mine_ = TenantId::random();
  const TenantId others_ = TenantId::random();
  const JobId job_ = JobId::random();
  const archive::WrappedKey key_ = world_.key_for(job_);
  store::Counts expected_;
  std::string name_;
  bool is_blocked_ = false;
};

TEST_F(DatabaseStoreTest, AnErasureEndsTheSessionsInTheDatabaseAndNoOthers) {
  auto inside = pg::Connection::open(schemas::in_database(world_.database().settings(), name_));
  inside.run_script(pg::Sql::script_from_operator("BEGIN; SELECT count(*) FROM orders"));
  auto neighbours =
      pg::Connection::open(schemas::in_database(world_.database().settings(), world_.database_of(others_)));
  EXPECT_EQ(store().erase(request(), soon(), {}).deleted_counts, expected_);
  EXPECT_FALSE(inside.is_alive());
  EXPECT_TRUE(neighbours.is_alive());
  EXPECT_EQ(world_.databases(), world_.database_of(others_));
}

TEST_F(DatabaseStoreTest, AnErasureThatWasInterruptedWhileItArchivedGoesOn) {
  const auto before = world_.digest_without(mine_);
  const auto stop = [&](const store::Counts&) {
    if (state() == "dropping") throw Error(ErrorCode::unavailable, "interrupted");
  };
  EXPECT_THROW(store().erase(request(), soon(), stop), Error);
  EXPECT_EQ(state(), "dropping");
  EXPECT_FALSE(store().verify(mine_, soon()).is_clean());
  EXPECT_EQ(store().preview(mine_, soon()).data_counts.at("orders"), 2);
  EXPECT_EQ(store().erase(request("key", 2), soon(), {}).deleted_counts, expected_);
  EXPECT_TRUE(store().verify(mine_, soon()).is_clean());
  EXPECT_EQ(world_.digest_without(mine_), before);
}

TEST_F(DatabaseStoreTest, AnErasureThatWasInterruptedBeforeItDroppedCountsEachRowOnce) {
  const auto before = world_.digest_without({});
  erase_up_to_dropping();
  EXPECT_EQ(store().erase(request("key", 2), soon(), {}).deleted_counts, expected_);
  EXPECT_EQ(world_.databases(), world_.database_of(others_));
  EXPECT_EQ(restore().restored_counts.at("orders"), 2);
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, ALaterOrderOfTheSameJobArchivesNothingTwice) {
  const auto before = world_.digest_without({});
  erase_up_to_dropping();
  store().erase(request("another key", 2), soon(), {});
  EXPECT_EQ(restore().restored_counts.at("orders"), 2);
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, AnErasureThatIsHalfDoneIsTakenBack) {
  const auto before = world_.digest_without({});
  erase_up_to_dropping();
  EXPECT_EQ(restore().restored_counts.at("customers"), 2);
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, ARestorationThatWasInterruptedBeginsAnewAndLeavesNothingBehind) {
  const auto before = world_.digest_without({});
  store().erase(request(), soon(), {});
  const auto stop = [](const store::Counts&) { throw Error(ErrorCode::unavailable, "interrupted"); };
  EXPECT_THROW(restore(stop), Error);
  EXPECT_EQ(state(), "making");
  EXPECT_EQ(world_.rows_of(mine_), 0) << "half a tenant can be seen";
  restore();
  EXPECT_EQ(world_.digest_without({}), before);
  EXPECT_EQ(world_.database().value("SELECT count(*) FROM pg_database WHERE datname LIKE 'tenure\\_making%'"), "0");
}

TEST_F(DatabaseStoreTest, ATenantThatHasADatabaseAgainIsNotRestoredOverIt) {
  store().erase(request(), soon(), {});
  world_.fill(mine_);
  const auto before = world_.digest_without({});
  EXPECT_EQ(error_of([&] { restore(); }).code(), ErrorCode::conflict);
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, ADatabaseOfTheNameThatIsNotItsOwnIsNeitherDroppedNorRestoredOver) {
  store().erase(request(), soon(), {});
  world_.database().run(fmt::format("CREATE DATABASE \"{}\"", name_));
  const auto error = error_of([&] { restore(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr(name_ + " is on the server, and the registry does not know it"));
  EXPECT_TRUE(store().verify(mine_, soon()).is_clean());
  store().erase({.subject = mine_}, soon(), {});
  EXPECT_THAT(world_.databases(), HasSubstr(name_));
}

TEST_F(DatabaseStoreTest, WhatIsNotInSchemaPublicIsNamedAndNothingGoes) {
  world_.run_in(name_, "CREATE SCHEMA billing; CREATE TABLE billing.invoices (id int); SELECT lo_create(0)");
  const auto before = world_.digest_without({});
  const auto error = error_of([&] { store().erase(request(), soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr("large objects, schema billing"));
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, ADatabaseThatTheRegistryHasLostIsFoundByItsMark) {
  world_.database().run(fmt::format("DELETE FROM tenure.schemas WHERE tenant_id = '{}'", mine_.str()));
  EXPECT_EQ(store().verify(mine_, soon()).rows_left, (store::Counts{{"database " + name_, 1}, {"public.memos", 1}}));
}

TEST_F(DatabaseStoreTest, ADatabaseThatSomebodyHasDroppedIsNoObstacle) {
  world_.database().run(fmt::format("DROP DATABASE \"{}\"", name_));
  EXPECT_EQ(store::total_of(store().erase(request(), soon(), {}).deleted_counts), 1) << "the row in the shared table";
  EXPECT_EQ(state(), "NULL");
}

// Somebody restored a dump into it, say: nothing tells any more whose it is, and "nothing there" would be a lie.
TEST_F(DatabaseStoreTest, ADatabaseWhoseMarkIsLostIsNotTakenForOneThatIsGone) {
  const auto before = world_.digest_without({});
  const auto mark = world_.database().value(
      fmt::format("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{}'", name_));
  world_.database().run(fmt::format("COMMENT ON DATABASE \"{}\" IS NULL", name_));
  for (const auto& error :
       {error_of([&] { store().preview(mine_, soon()); }), error_of([&] { store().erase(request(), soon(), {}); })}) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.what(), HasSubstr(name_));
  }
  world_.database().run(fmt::format("COMMENT ON DATABASE \"{}\" IS '{}'", name_, mark));
  EXPECT_EQ(world_.digest_without({}), before);
  EXPECT_EQ(store().erase(request(), soon(), {}).deleted_counts, expected_);
}

TEST_F(DatabaseStoreTest, AJobThatArchivedAnEarlierDatabaseDropsNoLaterOne) {
  erase_up_to_dropping();
  const auto job = JobId::random();
  const auto key = world_.key_for(job);
  store().erase({.subject = mine_, .idempotency_key = "later", .job = job, .epoch = 2, .archive_key = key}, soon(), {});
  store().restore({.subject = mine_, .job = job, .epoch = 3, .archive_key = key}, soon(), {});
  const auto error = error_of([&] { store().erase(request("key", 4), soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr("delete that by a new job"));
  const auto left = store().preview(mine_, soon()).data_counts;
  for (const auto* table : {"settings", "customers", "orders", "events"})
    EXPECT_EQ(left.at(table), expected_.at(table));
}

TEST_F(DatabaseStoreTest, WhatHasBecomeTheTenantsIsNotDiscardedByWhoeverComesLate) {
  auto connection = world_.database().connect();
  const auto before = world_.digest_without({});
  schemas::discard(connection, *schemas::find_tenant_database(connection, mine_));
  EXPECT_EQ(world_.digest_without({}), before);
}

TEST_F(DatabaseStoreTest, WhatIsMadeForARecordThatWasClearedAwayIsNotLeftBehind) {
  auto connection = world_.database().connect();
  auto database = *schemas::find_tenant_database(connection, mine_);
  database.id = 1000;
  database.work_name = world_.database().name() + "_late";
  const auto error = error_of([&] { schemas::create_database(connection, database, mine_, world_.reference()); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_FALSE(schemas::has_database(connection, database.work_name));
}

// The role of docs/databases.md: it may end sessions, and not see what they are.
TEST_F(DatabaseStoreTest, SessionsOfRolesThatOnesOwnMayNotSeeAreEnded) {
  const auto role = world_.database().name() + "_role";
  const auto other = world_.database().name() + "_other";
  world_.database().run(
      fmt::format("CREATE ROLE {0} LOGIN CREATEDB; CREATE ROLE {1} LOGIN; GRANT pg_signal_backend TO {0}; "
                  "ALTER DATABASE \"{2}\" OWNER TO {0}",
                  role, other, name_));
  {
    auto inside = pg::Connection::open(schemas::in_database(world_.database().settings(), name_).with("user", other));
    auto connection = pg::Connection::open(world_.database().settings().with("user", role));
    pg::Transaction transaction(connection);
    auto database = schemas::TenantDatabase{.name = name_, .work_name = name_ + "_away"};
    EXPECT_NO_THROW(schemas::take_away(connection, database));
    EXPECT_FALSE(inside.is_alive());
  }
  EXPECT_EQ(world_.database_of(mine_), name_) << "the transaction did not end";
  world_.database().run(
      fmt::format("ALTER DATABASE \"{2}\" OWNER TO CURRENT_USER; REVOKE pg_signal_backend FROM {0}; DROP ROLE {0}, {1}",
                  role, other, name_));
}

}  // namespace
}  // namespace tenure::contract
