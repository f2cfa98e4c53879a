#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/contract/postgres_world.h"

// C5, C6, C8: a process that is killed between two chunks of an erasure. Whoever comes next goes on where it was, ends,
// and reports everything that went, once.
namespace tenure::contract {
namespace {

class KilledInChunks : public ::testing::TestWithParam<Role> {
 protected:
  /// Erases in a process of its own, which is killed when the erasure reports for the nth time; false when it does not
  /// come to that.
  bool is_killed_at(int nth, const store::EraseRequest& order) {
    const pid_t process = ::fork();
    if (process == 0) {
      try {
        world_.another_store()->erase(order, soon(), [left = nth](const store::Counts&) mutable {
          if (--left == 0) ::raise(SIGKILL);
        });
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = -1;
    ::waitpid(process, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the erasure failed";
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  PostgresWorld world_{GetParam(), Chunked::yes};
};

TEST_P(KilledInChunks, TheNextTryGoesOnAndEndsWithTheCountsOfBoth) {
  int kills = 0;
  for (;; ++kills) {
    const store::EraseRequest order{.subject = TenantId::random(), .idempotency_key = "order-" + std::to_string(kills)};
    const auto& tenant = std::get<TenantId>(order.subject);
    const auto expected = world_.fill(tenant);
    const auto rows = world_.rows_of(tenant);
    const auto others = world_.digest_without(tenant);
    if (!is_killed_at(kills + 1, order)) break;
    EXPECT_LT(world_.rows_of(tenant), rows) << "nothing had gone yet, killed at " << kills + 1;
    EXPECT_EQ(world_.data_store().erase(order, soon(), {}).deleted_counts, expected) << "killed at " << kills + 1;
    EXPECT_EQ(world_.rows_of(tenant), 0);
    EXPECT_EQ(world_.digest_without(tenant), others);
    const auto again = world_.data_store().erase(order, soon(), {});
    EXPECT_TRUE(again.is_replay);
    EXPECT_EQ(again.deleted_counts, expected);
  }
  EXPECT_GE(kills, 4) << "it was not killed between chunks";
}

INSTANTIATE_TEST_SUITE_P(Roles, KilledInChunks, ::testing::Values(Role::superuser, Role::plain), [](const auto& test) {
  return std::string(test.param == Role::superuser ? "Superuser" : "PlainRole");
});

}  // namespace
}  // namespace tenure::contract
