#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <functional>
#include <future>
#include <map>
#include <thread>
#include <vector>

#include "base/error.h"
#include "store/deletion_result.h"
#include "tests/contract/database_world.h"
#include "tests/contract/message_world.h"
#include "tests/contract/postgres_world.h"
#include "tests/contract/remote_world.h"
#include "tests/contract/schema_world.h"
#include "tests/contract/world.h"
#include "tests/support/error_of.h"

// The standard deletion contract (A9), held by every store there is. A store of another company's passes the same suite
// once it has a World.
namespace tenure::contract {
namespace {

using store::Counts;
using store::DeletionResult;
using store::EraseRequest;
using test::error_of;
using ::testing::AnyOf;

const SystemClock kClock;
constexpr int kAtOnce = 4;

Counts zeros(Counts counts) {
  for (auto& [table, count] : counts) count = 0;
  return counts;
}

class DeletionContract : public ::testing::TestWithParam<Kind<World>> {
 protected:
  store::TenantDataStore& data_store() { return world_->data_store(); }
  store::Erasure erase(const TenantId& tenant, const std::string& key = "") {
    return data_store().erase({.subject = tenant, .idempotency_key = key}, soon(), {});
  }
  store::Erasure erase_at_epoch(std::int64_t epoch, const std::string& key = "") {
    return data_store().erase({.subject = mine_, .idempotency_key = key, .job = job_, .epoch = epoch}, soon(), {});
  }

  /// Runs the requests on threads that all start together.
  std::vector<DeletionResult> erase_at_once(const std::vector<EraseRequest>& requests) {
    std::barrier start(static_cast<std::ptrdiff_t>(requests.size()));
    std::vector<std::future<DeletionResult>> running;
    for (const auto& request : requests) {
      running.push_back(std::async(std::launch::async, [&] {
        start.arrive_and_wait();
        return store::erase_safely(data_store(), "shop", request, soon(), kClock);
      }));
    }
    std::vector<DeletionResult> results;
    for (auto& one : running) results.push_back(one.get());
    return results;
  }

  const std::unique_ptr<World> world_ = GetParam().make();
  const TenantId mine_ = TenantId::random();
  const TenantId others_ = TenantId::random();
  const JobId job_ = JobId::random();
};

// A1
TEST_P(DeletionContract, PreviewIsExactAndChangesNothing) {
  const auto expected = world_->fill(mine_);
  world_->fill(others_);
  const auto before = world_->digest_without({});
  const auto preview = data_store().preview(mine_, soon());
  EXPECT_EQ(preview.data_counts, expected);
  EXPECT_EQ(data_store().preview(mine_, soon()), preview);
  EXPECT_EQ(world_->digest_without({}), before);
}

// A2, A6
TEST_P(DeletionContract, DeletionEqualsThePreviewTableByTable) {
  const auto expected = world_->fill(mine_);
  world_->fill(others_);
  const auto preview = data_store().preview(mine_, soon());
  const auto erasure = erase(mine_);
  EXPECT_EQ(erasure.deleted_counts, preview.data_counts);
  EXPECT_EQ(erasure.deleted_counts, expected);
  EXPECT_FALSE(erasure.digest.empty());
}

// A2, F5
TEST_P(DeletionContract, ErasureLeavesNothingBehind) {
  const auto expected = world_->fill(mine_);
  ASSERT_GT(world_->rows_of(mine_), 0);
  EXPECT_FALSE(data_store().verify(mine_, soon()).is_clean());
  erase(mine_);
  EXPECT_EQ(world_->rows_of(mine_), 0);
  EXPECT_TRUE(data_store().verify(mine_, soon()).is_clean());
  EXPECT_EQ(data_store().preview(mine_, soon()).data_counts, zeros(expected));
}

// F5
TEST_P(DeletionContract, RowThatComesAfterTheErasureIsFoundByTheRecount) {
  world_->fill(mine_);
  erase(mine_);
  const auto table = world_->add_row(mine_);
  EXPECT_EQ(data_store().verify(mine_, soon()).rows_left, (Counts{{table, 1}}));
}

// A7
TEST_P(DeletionContract, OtherTenantsDataIsUntouched) {
  world_->fill(mine_);
  world_->fill(others_);
  const auto before = world_->digest_without(mine_);
  const auto rows = world_->rows_of(others_);
  erase(mine_);
  EXPECT_EQ(world_->digest_without(mine_), before);
  EXPECT_EQ(world_->rows_of(others_), rows);
}

// A5
TEST_P(DeletionContract, SecondErasureIsASuccessWithZeroCounts) {
  const auto expected = world_->fill(mine_);
  erase(mine_);
  const auto again = erase(mine_);
  EXPECT_EQ(again.deleted_counts, zeros(expected));
  EXPECT_FALSE(again.is_replay);
}

// A5, C6
TEST_P(DeletionContract, SameKeyGetsTheFirstAnswerAndDeletesNothingMore) {
  world_->fill(mine_);
  const auto first = erase(mine_, "order-1");
  EXPECT_FALSE(first.is_replay);
  world_->add_row(mine_);
  const auto replay = erase(mine_, "order-1");
  EXPECT_TRUE(replay.is_replay);
  EXPECT_EQ(replay.deleted_counts, first.deleted_counts);
  EXPECT_EQ(replay.digest, first.digest);
  EXPECT_EQ(world_->rows_of(mine_), 1);
  EXPECT_EQ(store::total_of(erase(mine_, "order-2").deleted_counts), 1);
  EXPECT_EQ(world_->rows_of(mine_), 0);
}

// A5: a success always means that nothing is left.
TEST_P(DeletionContract, KeyOfAnotherTenantsOrderIsNeverAnsweredWithThatOrder) {
  world_->fill(mine_);
  world_->fill(others_);
  erase(others_, "order-1");
  const auto result =
      store::erase_safely(data_store(), "shop", {.subject = mine_, .idempotency_key = "order-1"}, soon(), kClock);
  EXPECT_FALSE(result.is_replay);
  EXPECT_EQ(world_->rows_of(mine_) == 0, result.success);
  EXPECT_TRUE(result.success || result.error_code == ErrorCode::conflict);
}

// A5
TEST_P(DeletionContract, UnknownTenantIsASuccessWithZeroCounts) {
  const auto expected = world_->fill(others_);
  const auto before = world_->digest_without({});
  EXPECT_EQ(data_store().preview(mine_, soon()).data_counts, zeros(expected));
  EXPECT_EQ(erase(mine_).deleted_counts, zeros(expected));
  EXPECT_TRUE(data_store().verify(mine_, soon()).is_clean());
  EXPECT_EQ(world_->digest_without({}), before);
}

// A8
TEST_P(DeletionContract, UnknownUserIsASuccessThatTouchesNoTenant) {
  world_->fill(mine_);
  const auto before = world_->digest_without({});
  const auto user = UserId::random();
  EXPECT_EQ(store::total_of(data_store().preview(user, soon()).data_counts), 0);
  EXPECT_EQ(store::total_of(data_store().erase({.subject = user}, soon(), {}).deleted_counts), 0);
  EXPECT_TRUE(data_store().verify(user, soon()).is_clean());
  EXPECT_EQ(world_->digest_without({}), before);
}

// A user and a tenant may have one UUID; they are not each other.
TEST_P(DeletionContract, UserWithTheTenantsIdIsAnotherSubject) {
  world_->fill(mine_);
  const auto rows = world_->rows_of(mine_);
  data_store().erase({.subject = UserId(mine_.uuid()), .idempotency_key = "user-1"}, soon(), {});
  EXPECT_EQ(world_->rows_of(mine_), rows);
  EXPECT_GT(store::total_of(erase(mine_, "tenant-1").deleted_counts), 0);
}

// A9, C1
TEST_P(DeletionContract, PassedDeadlineChangesNothing) {
  world_->fill(mine_);
  data_store().preview(mine_, soon());
  const auto before = world_->digest_without({});
  const Call late = Call::within(Milliseconds(0));
  for (const auto& [what, error] :
       std::map<std::string, Error>{{"preview", error_of([&] { data_store().preview(mine_, late); })},
                                    {"erase", error_of([&] { data_store().erase({.subject = mine_}, late, {}); })},
                                    {"verify", error_of([&] { data_store().verify(mine_, late); })}}) {
    EXPECT_THAT(error.code(), AnyOf(ErrorCode::timeout, ErrorCode::outcome_unknown)) << what << ": " << error.what();
    EXPECT_EQ(error.retry(), Retry::later) << what;
  }
  EXPECT_EQ(world_->digest_without({}), before);
}

// A9: a stop request is heeded as a deadline is.
TEST_P(DeletionContract, StoppedCallChangesNothing) {
  world_->fill(mine_);
  const auto before = world_->digest_without({});
  std::stop_source stop;
  stop.request_stop();
  const Call stopped{Deadline::after(Milliseconds(60'000)), stop.get_token()};
  const auto error = error_of([&] { data_store().erase({.subject = mine_}, stopped, {}); });
  EXPECT_EQ(error.retry(), Retry::later) << error.what();
  EXPECT_EQ(world_->digest_without({}), before);
}

// C5, C6
TEST_P(DeletionContract, LowerEpochIsRefusedAndHigherAccepted) {
  world_->fill(mine_);
  erase_at_epoch(5);
  world_->add_row(mine_);
  const auto refused = error_of([&] { erase_at_epoch(4, "late-order"); });
  EXPECT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_EQ(world_->rows_of(mine_), 1);
  EXPECT_EQ(store::total_of(erase_at_epoch(6).deleted_counts), 1);
  world_->add_row(mine_);
  EXPECT_EQ(store::total_of(erase_at_epoch(6).deleted_counts), 1) << "the owner itself calls again";
}

// C5: an owner who lost the job is told so even about an answer that he could have had.
TEST_P(DeletionContract, LowerEpochDoesNotGetTheAnswerOfItsKeyEither) {
  world_->fill(mine_);
  erase_at_epoch(5, "order-1");
  erase_at_epoch(6, "order-2");
  const auto refused = error_of([&] { erase_at_epoch(5, "order-1"); });
  EXPECT_EQ(refused.code(), ErrorCode::conflict);
}

// C5
TEST_P(DeletionContract, EpochOfOneTenantIsNothingToAnother) {
  world_->fill(mine_);
  data_store().erase({.subject = others_, .job = JobId::random(), .epoch = 9}, soon(), {});
  EXPECT_GT(store::total_of(erase_at_epoch(1).deleted_counts), 0);
}

// C5: an order by hand has no epoch.
TEST_P(DeletionContract, OrderWithoutAJobIsNotComparedWithEpochs) {
  world_->fill(mine_);
  erase_at_epoch(5);
  world_->add_row(mine_);
  EXPECT_EQ(store::total_of(erase(mine_).deleted_counts), 1);
  world_->add_row(mine_);
  const auto refused = error_of([&] { erase_at_epoch(4); });
  EXPECT_EQ(refused.code(), ErrorCode::conflict) << "the order by hand lowered the fence";
}

// C1
TEST_P(DeletionContract, ProgressEndsAtTheFinalCounts) {
  const auto expected = world_->fill(mine_);
  std::vector<Counts> reports;
  data_store().erase({.subject = mine_}, soon(), [&](const Counts& counts) { reports.push_back(counts); });
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back(), expected);
  for (std::size_t at = 1; at < reports.size(); ++at) {
    EXPECT_LE(store::total_of(reports[at - 1]), store::total_of(reports[at]));
  }
}

// A5, C5: whoever comes second waits, finds nothing, or is told to come back.
TEST_P(DeletionContract, ConcurrentErasuresOfOneTenantDeleteEachRowOnce) {
  const auto expected = world_->fill(mine_);
  world_->fill(others_);
  const auto before = world_->digest_without(mine_);
  std::vector<EraseRequest> requests;
  for (int at = 0; at < kAtOnce; ++at) {
    requests.push_back({.subject = mine_, .idempotency_key = "order-" + std::to_string(at)});
  }
  Counts deleted;
  int succeeded = 0;
  for (const auto& result : erase_at_once(requests)) {
    if (result.success) {
      ++succeeded;
      for (const auto& [table, count] : result.deleted_counts) deleted[table] += count;
    } else {
      EXPECT_EQ(result.error_code, ErrorCode::conflict) << result.errors.front();
      EXPECT_EQ(result.retry, Retry::later) << result.errors.front();
    }
  }
  EXPECT_GE(succeeded, 1);
  EXPECT_EQ(deleted, expected);
  EXPECT_EQ(world_->rows_of(mine_), 0);
  EXPECT_EQ(world_->digest_without(mine_), before);
}

// A5, C6
TEST_P(DeletionContract, ConcurrentErasuresWithOneKeyHaveOneAnswer) {
  const auto expected = world_->fill(mine_);
  const std::vector<EraseRequest> requests(kAtOnce, {.subject = mine_, .idempotency_key = "order-1"});
  int firsts = 0;
  for (const auto& result : erase_at_once(requests)) {
    if (result.success) {
      EXPECT_EQ(result.deleted_counts, expected);
      firsts += result.is_replay ? 0 : 1;
    } else {
      EXPECT_EQ(result.error_code, ErrorCode::conflict) << result.errors.front();
      EXPECT_EQ(result.retry, Retry::later) << result.errors.front();
    }
  }
  EXPECT_EQ(firsts, 1);
}

// A7, C1
TEST_P(DeletionContract, ConcurrentErasuresOfDifferentTenantsDoNotDisturbEachOther) {
  world_->fill(others_);
  Counts expected;
  std::vector<EraseRequest> requests;
  for (int at = 0; at < kAtOnce; ++at) {
    const auto tenant = TenantId::random();
    expected = world_->fill(tenant);
    requests.push_back({.subject = tenant, .idempotency_key = "order-" + tenant.str()});
  }
  const auto rows = world_->rows_of(others_);
  for (const auto& result : erase_at_once(requests)) {
    EXPECT_TRUE(result.success) << (result.errors.empty() ? "" : result.errors.front());
    EXPECT_EQ(result.deleted_counts, expected);
    EXPECT_EQ(world_->rows_of(std::get<TenantId>(result.subject)), 0);
  }
  EXPECT_EQ(world_->rows_of(others_), rows);
}

// A2, A9
TEST_P(DeletionContract, ResultHoldsWhatTheContractReports) {
  const auto expected = world_->fill(mine_);
  const EraseRequest request{.subject = mine_, .idempotency_key = "order-1", .job = job_, .epoch = 2};
  const auto result = store::erase_safely(data_store(), "shop", request, soon(), kClock);
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.service, "shop");
  EXPECT_EQ(result.subject, Subject(mine_));
  EXPECT_EQ(result.deleted_counts, expected);
  EXPECT_TRUE(result.errors.empty());
  EXPECT_LE(result.started_at, result.completed_at);
  auto late = request;
  late.epoch = 1;
  const auto failure = store::erase_safely(data_store(), "shop", late, soon(), kClock);
  EXPECT_FALSE(failure.success);
  EXPECT_EQ(failure.error_code, ErrorCode::conflict);
  EXPECT_EQ(failure.errors.size(), 1U);
  EXPECT_TRUE(failure.deleted_counts.empty());
}

INSTANTIATE_TEST_SUITE_P(EveryStore, DeletionContract,
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

// ---- stores that can be held up in the middle -------------------------------------------------

class InterruptedErasure : public ::testing::TestWithParam<Kind<BlockableWorld>> {
 protected:
  const std::unique_ptr<BlockableWorld> world_ = GetParam().make();
  const TenantId mine_ = TenantId::random();
  const EraseRequest order_{.subject = mine_, .idempotency_key = "order-1"};
};

// A9, C1, C6
TEST_P(InterruptedErasure, ByItsDeadlineIsNeverHalfDoneAndCanBeAskedAboutWithItsKey) {
  const auto expected = world_->fill(mine_);
  world_->data_store().preview(mine_, soon());
  const auto before = world_->digest_without({});
  auto obstacle = world_->block();
  const auto error = error_of([&] { world_->data_store().erase(order_, Call::within(Milliseconds(500)), {}); });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::timeout, ErrorCode::outcome_unknown)) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(world_->digest_without({}), before);
  obstacle.reset();
  EXPECT_EQ(world_->data_store().erase(order_, soon(), {}).deleted_counts, expected);
  EXPECT_EQ(world_->rows_of(mine_), 0);
}

// A9, C5
TEST_P(InterruptedErasure, ByAStopRequestIsNeverHalfDone) {
  const auto expected = world_->fill(mine_);
  auto obstacle = world_->block();
  std::stop_source stop;
  std::optional<Error> error;
  {
    const Call call{Deadline::after(Milliseconds(60'000)), stop.get_token()};
    std::jthread erasing([&] { error = error_of([&] { world_->data_store().erase(order_, call, {}); }); });
    stop.request_stop();
  }
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->retry(), Retry::later);
  EXPECT_GT(world_->rows_of(mine_), 0);
  obstacle.reset();
  EXPECT_EQ(world_->data_store().erase(order_, soon(), {}).deleted_counts, expected);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, InterruptedErasure,
                         ::testing::Values(Kind<BlockableWorld>{"PostgresAsSuperuser", make_blockable_superuser_world},
                                           Kind<BlockableWorld>{"PostgresAsPlainRole", make_blockable_plain_role_world},
                                           Kind<BlockableWorld>{"Remote", make_blockable_remote_world},
                                           Kind<BlockableWorld>{"ByMessage", make_blockable_message_world}),
                         kNameOfKind);

}  // namespace
}  // namespace tenure::contract
