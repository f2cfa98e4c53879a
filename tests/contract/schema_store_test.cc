#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/contract/schema_world.h"

// D1, F3, issue 5: a schema that is larger than the server's lock table goes nevertheless, goes on where it was
// interrupted, and an erasure that was is taken back; what others have built on a schema keeps it.
namespace tenure::contract {
namespace {

using testing::HasSubstr;

// About ten locks each, of which the tests' server has 64 for each of its connections.
constexpr int kTables = 1'000;

class SchemaStoreTest : public testing::Test {
 protected:
  SchemaStoreTest() { world_.fill(mine_); }

  store::TenantDataStore& store() { return world_.data_store(); }
  std::string schema() const {
    return world_.database().value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", mine_.str()));
  }
  void add_tables() const {
    for (int first = 1; first <= kTables; first += 250) {
      world_.database().run(fmt::format(
          "DO $$ BEGIN FOR i IN {}..{} LOOP EXECUTE format('CREATE TABLE %I.extra_%s (id int primary key, n "
          "serial)', '{}', i); END LOOP; END $$",
          first, first + 249, schema()));
    }
  }
  store::EraseRequest request(std::int64_t epoch = 1) const {
    return {.subject = mine_, .idempotency_key = "key", .job = job_, .epoch = epoch, .archive_key = key_};
  }
  std::string error_of_erasing() {
    try {
      store().erase(request(), {}, {});
      return "erased";
    } catch (const Error& error) {
      return error.what();
    }
  }

  SchemaWorld world_;
  const TenantId mine_ = TenantId::random();
  const JobId job_ = JobId::random();
  const archive::WrappedKey key_ = world_.key_for(job_);
};

TEST_F(SchemaStoreTest, ASchemaLargerThanTheLockTableGoesInParts) {
  add_tables();
  const auto preview = store().preview(mine_, {});
  EXPECT_EQ(std::ssize(preview.data_counts), kTables + 4);
  int parts = 0;
  const auto count = [&](const store::Counts&) { ++parts; };
  const auto erasure = store().erase({.subject = mine_, .idempotency_key = "key"}, {}, count);
  EXPECT_EQ(erasure.deleted_counts, preview.data_counts);
  EXPECT_GT(parts, 4);
  EXPECT_EQ(schema(), "NULL");
  EXPECT_TRUE(store().verify(mine_, {}).is_clean());
  EXPECT_EQ(world_.database().value("SELECT count(*) FROM pg_class WHERE relname LIKE 'extra\\_%'"), "0");
}

TEST_F(SchemaStoreTest, AnErasureInPartsThatWasInterruptedGoesOnAndCountsEachRowOnce) {
  add_tables();
  const auto preview = store().preview(mine_, {});
  int told = 0;
  const auto stop = [&](const store::Counts&) {
    if (++told == 3) throw Error(ErrorCode::unavailable, "interrupted");
  };
  EXPECT_THROW(store().erase(request(), {}, stop), Error);
  EXPECT_EQ(world_.database().value("SELECT state FROM tenure.schemas WHERE kind = 'tenant'"), "dropping");
  EXPECT_FALSE(store().verify(mine_, {}).is_clean());
  const auto erasure = store().erase(request(2), {}, {});
  EXPECT_EQ(erasure.deleted_counts, preview.data_counts);
  EXPECT_TRUE(store().verify(mine_, {}).is_clean());
}

TEST_F(SchemaStoreTest, WhatOthersHaveBuiltOnASchemaIsNamedAndNothingGoes) {
  world_.database().run(fmt::format("CREATE VIEW report AS SELECT * FROM \"{}\".orders", schema()));
  const auto before = world_.digest_without(std::nullopt);
  EXPECT_THAT(error_of_erasing(), HasSubstr("view report"));
  EXPECT_EQ(world_.digest_without(std::nullopt), before);
}

TEST_F(SchemaStoreTest, ATenantThatHasASchemaAgainIsNotRestoredOverIt) {
  store().erase(request(), {}, {});
  world_.fill(mine_);
  const auto before = world_.digest_without(std::nullopt);
  try {
    store().restore({.subject = mine_, .job = job_, .epoch = 2, .archive_key = *request().archive_key}, {}, {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
  EXPECT_EQ(world_.digest_without(std::nullopt), before);
}

TEST_F(SchemaStoreTest, ASchemaThatTheRegistryHasLostIsFoundByItsMark) {
  world_.database().run(fmt::format("DELETE FROM tenure.schemas WHERE tenant_id = '{}'", mine_.str()));
  EXPECT_FALSE(store().verify(mine_, {}).is_clean());
}

TEST_F(SchemaStoreTest, AReferenceThatHoldsWhatCannotBeMadeAgainIsNotErasedIntoAnArchive) {
  world_.database().run(fmt::format("CREATE AGGREGATE \"{}\".total(int) (sfunc = int4pl, stype = int)", schema()));
  EXPECT_THAT(error_of_erasing(), HasSubstr("aggregate total"));
  EXPECT_NE(schema(), "NULL");
}

}  // namespace
}  // namespace tenure::contract
