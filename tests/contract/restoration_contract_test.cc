#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.h"
#include "tests/contract/database_world.h"
#include "tests/contract/message_world.h"
#include "tests/contract/postgres_world.h"
#include "tests/contract/remote_world.h"
#include "tests/contract/schema_world.h"
#include "tests/contract/world.h"
#include "tests/support/error_of.h"

// What a store that archives has to hold beside the deletion contract (C7, A9): what a job has erased comes back whole
// or not at all, once, and from then on the job erases no more.
namespace tenure::contract {
namespace {

using store::Counts;
using test::error_of;
using ::testing::AnyOf;

Counts nonzero(Counts counts) {
  std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
  return counts;
}

class RestorationContract : public ::testing::TestWithParam<Kind<World>> {
 protected:
  store::TenantDataStore& data_store() { return world_->data_store(); }
  store::EraseRequest order(std::int64_t epoch = 1) const {
    return {.subject = mine_, .idempotency_key = "order-1", .job = job_, .epoch = epoch, .archive_key = key_};
  }
  store::Erasure erase() { return data_store().erase(order(), soon(), {}); }
  store::Restoration restore(std::int64_t epoch = 2) {
    return data_store().restore({.subject = mine_, .job = job_, .epoch = epoch, .archive_key = key_}, soon(), {});
  }

  const std::unique_ptr<World> world_ = GetParam().make();
  const TenantId mine_ = TenantId::random();
  const TenantId others_ = TenantId::random();
  const JobId job_ = JobId::random();
  const archive::WrappedKey key_ = world_->key_for(job_);
};

TEST_P(RestorationContract, EverythingComesBackAsItWas) {
  const auto filled = world_->fill(mine_);
  world_->fill(others_);
  const auto before = world_->digest_without({});
  const auto erasure = erase();
  EXPECT_EQ(erasure.deleted_counts, filled);
  EXPECT_EQ(world_->rows_of(mine_), 0);
  const auto restoration = restore();
  EXPECT_EQ(restoration.restored_counts, nonzero(erasure.deleted_counts));
  EXPECT_FALSE(restoration.is_replay);
  EXPECT_EQ(world_->digest_without({}), before);
  EXPECT_EQ(data_store().preview(mine_, soon()).data_counts, filled);
}

TEST_P(RestorationContract, OtherTenantsDataIsUntouchedAllAlong) {
  world_->fill(mine_);
  world_->fill(others_);
  const auto before = world_->digest_without(mine_);
  erase();
  EXPECT_EQ(world_->digest_without(mine_), before);
  restore();
  EXPECT_EQ(world_->digest_without(mine_), before);
}

TEST_P(RestorationContract, SecondCallGetsTheFirstAnswerAndHasNoEffect) {
  world_->fill(mine_);
  erase();
  const auto first = restore();
  data_store().erase({.subject = mine_}, soon(), {});
  const auto again = restore();
  EXPECT_TRUE(again.is_replay);
  EXPECT_EQ(again.restored_counts, first.restored_counts);
  EXPECT_EQ(world_->rows_of(mine_), 0);
}

TEST_P(RestorationContract, NothingErasedIsASuccessWithNothingBack) {
  world_->fill(mine_);
  const auto before = world_->digest_without({});
  EXPECT_EQ(store::total_of(restore().restored_counts), 0);
  EXPECT_EQ(world_->digest_without({}), before);
}

TEST_P(RestorationContract, AnErasureOfNothingIsTakenBackAsWell) {
  world_->fill(others_);
  const auto before = world_->digest_without({});
  EXPECT_EQ(store::total_of(erase().deleted_counts), 0);
  EXPECT_EQ(store::total_of(restore().restored_counts), 0);
  EXPECT_EQ(world_->digest_without({}), before);
}

// C5: the order to erase that was still on its way, the same order once more, and one by a later owner of the job.
TEST_P(RestorationContract, FromThenOnTheJobErasesNoMore) {
  world_->fill(mine_);
  erase();
  restore();
  const auto rows = world_->rows_of(mine_);
  for (const std::int64_t epoch : {1, 2, 7}) {
    const auto refused = error_of([&] { data_store().erase(order(epoch), soon(), {}); });
    EXPECT_EQ(refused.code(), ErrorCode::conflict) << refused.what();
  }
  EXPECT_EQ(world_->rows_of(mine_), rows);
}

TEST_P(RestorationContract, AnotherJobErasesAndRestoresAgain) {
  world_->fill(mine_);
  const auto before = world_->digest_without({});
  erase();
  restore();
  const auto next = JobId::random();
  const auto key = world_->key_for(next);
  data_store().erase({.subject = mine_, .job = next, .epoch = 3, .archive_key = key}, soon(), {});
  EXPECT_EQ(world_->rows_of(mine_), 0);
  data_store().restore({.subject = mine_, .job = next, .epoch = 4, .archive_key = key}, soon(), {});
  EXPECT_EQ(world_->digest_without({}), before);
}

// Two orders of one job, as when its first answer was lost and rows came late.
TEST_P(RestorationContract, EverythingThatTheJobErasedComesBack) {
  world_->fill(mine_);
  const auto first = erase();
  const auto table = world_->add_row(mine_);
  auto second = order();
  second.idempotency_key = "order-2";
  data_store().erase(second, soon(), {});
  auto expected = nonzero(first.deleted_counts);
  ++expected[table];
  EXPECT_EQ(restore().restored_counts, expected);
}

TEST_P(RestorationContract, LowerEpochIsRefused) {
  world_->fill(mine_);
  data_store().erase(order(5), soon(), {});
  const auto refused = error_of([&] { restore(4); });
  EXPECT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_EQ(world_->rows_of(mine_), 0);
}

TEST_P(RestorationContract, PassedDeadlineBringsNothingBack) {
  world_->fill(mine_);
  erase();
  const auto error = error_of([&] {
    data_store().restore({.subject = mine_, .job = job_, .epoch = 2, .archive_key = key_},
                         Call::within(Milliseconds(0)), {});
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::timeout, ErrorCode::outcome_unknown)) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(world_->rows_of(mine_), 0);
}

TEST_P(RestorationContract, ArchiveWithoutAJobIsAMistakeAndNothingGoes) {
  world_->fill(mine_);
  auto request = order();
  request.job.reset();
  const auto error = error_of([&] { data_store().erase(request, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_GT(world_->rows_of(mine_), 0);
}

TEST_P(RestorationContract, EveryOneOfTheseStoresSaysThatItArchives) { EXPECT_TRUE(data_store().can_archive()); }

INSTANTIATE_TEST_SUITE_P(EveryStore, RestorationContract,
                         ::testing::Values(Kind<World>{"PostgresAsSuperuser", make_superuser_world},
                                           Kind<World>{"PostgresAsPlainRole", make_plain_role_world},
                                           Kind<World>{"PostgresInChunksAsSuperuser", make_chunked_superuser_world},
                                           Kind<World>{"PostgresInChunksAsPlainRole", make_chunked_plain_role_world},
                                           Kind<World>{"SchemaATenant", make_schema_world},
                                           Kind<World>{"DatabaseATenant", make_database_world},
                                           Kind<World>{"Files", make_files_world},
                                           Kind<World>{"Remote", make_remote_world},
                                           Kind<World>{"ByMessage", make_message_world},
                                           Kind<World>{"Memory", make_memory_world}),
                         kNameOfKind);

}  // namespace
}  // namespace tenure::contract
