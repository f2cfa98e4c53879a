#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <stdexcept>

#include "base/error.h"
#include "store/deletion_result.h"
#include "tests/support/manual_clock.h"

// The safe wrapper of the contract (A9): whatever a store throws becomes a result with errors.
namespace tenure::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Another company's store, which does whatever the test says.
class ThrowingStore final : public TenantDataStore {
 public:
  explicit ThrowingStore(std::function<void()> failure) : failure_(std::move(failure)) {}
  Preview preview(const Subject&, const Call&) override { return {}; }
  Erasure erase(const EraseRequest&, const Call&, const ProgressSink&) override {
    failure_();
    return {.deleted_counts = {{"articles", 2}}, .digest = "abc"};
  }
  Residue verify(const Subject&, const Call&) override { return {}; }

 private:
  std::function<void()> failure_;
};

DeletionResult result_of(std::function<void()> failure) {
  ThrowingStore data_store(std::move(failure));
  const test::ManualClock clock;
  return erase_safely(data_store, "crm", {.subject = TenantId::random()}, Call{}, clock);
}

TEST(EraseSafely, ErrorKeepsItsCodeAdviceTextAndProblems) {
  const auto result = result_of([] {
    throw Error(ErrorCode::refused, "two tables", Retry::later)
        .with_problems({"one: no rule", "two: no rule"})
        .in("crm");
  });
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.error_code, ErrorCode::refused);
  EXPECT_EQ(result.retry, Retry::later);
  EXPECT_THAT(result.errors, ElementsAre("crm: two tables", "one: no rule", "two: no rule"));
  EXPECT_TRUE(result.deleted_counts.empty());
}

// E7: the text of a stranger's exception may hold anything, a person's data too.
TEST(EraseSafely, ForeignExceptionIsReportedWithoutItsText) {
  const auto result = result_of([] { throw std::runtime_error("row (ada@example.org) is locked"); });
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.error_code, ErrorCode::internal);
  ASSERT_EQ(result.errors.size(), 1U);
  EXPECT_THAT(result.errors[0], Not(HasSubstr("ada")));
}

TEST(EraseSafely, EvenAnIntBecomesAResult) {
  const auto result = result_of([] { throw 42; });
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.error_code, ErrorCode::internal);
  EXPECT_EQ(result.errors.size(), 1U);
}

TEST(EraseSafely, LackOfMemoryMayPass) {
  const auto result = result_of([] { throw std::bad_alloc(); });
  EXPECT_FALSE(result.success);
  EXPECT_EQ(result.retry, Retry::later);
  EXPECT_THAT(result.errors, ElementsAre("out of memory"));
}

TEST(EraseSafely, SuccessIsPassedOn) {
  const auto result = result_of([] {});
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.service, "crm");
  EXPECT_EQ(result.deleted_counts, (Counts{{"articles", 2}}));
  EXPECT_EQ(result.digest, "abc");
  EXPECT_TRUE(result.errors.empty());
}

TEST(EraseSafely, TimesAreTheClocks) {
  test::ManualClock clock;
  const auto started = clock.wall();
  ThrowingStore data_store([&] {
    clock.advance(Milliseconds(1500));
    throw 1;
  });
  const auto result = erase_safely(data_store, "crm", {.subject = TenantId::random()}, Call{}, clock);
  EXPECT_EQ(result.started_at, started);
  EXPECT_EQ(result.completed_at - result.started_at, Milliseconds(1500));
}

}  // namespace
}  // namespace tenure::store
