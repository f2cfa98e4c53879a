#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/crash/checker.h"
#include "tests/crash/small_disk.h"
#include "tests/crash/world.h"

// "Bad input and faults": the archive's folder full or read-only, the key that wraps a job's key missing. The job
// waits, or fails cleanly, with a clear error; no row is lost and none is half archived; and it ends right when the
// fault is mended (C5, C7).
namespace tenure::crash {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::milliseconds kTick{20};
constexpr Milliseconds kPatience{std::chrono::minutes(1)};

class ArchiveFaults : public ::testing::Test {
 protected:
  std::string value(const std::string& expression) {
    return control_.value("SELECT " + expression + " FROM tenure.deletion_jobs WHERE tenant_id = $1", {tenant_});
  }
  /// Until the condition on the job holds; waits of the job are cut short when asked for.
  bool comes_to(const Node& node, const std::string& condition, bool is_hurried = false) {
    const auto end = Deadline::after(kPatience);
    while (value(condition) != "t") {
      if (node.has_ended_within(kTick) || end.has_passed()) return false;
      if (is_hurried) world_.let_waits_end();
    }
    return true;
  }
  /// A process that listens; one that cannot write to the folder does not start.
  std::unique_ptr<Node> start() {
    auto node = world_.serve(world_.write_estate({}));
    EXPECT_TRUE(node->ask("GET", "/health/live", world_.token())) << node->errors();
    return node;
  }
  void order_deletion(Node& node) { node.ask("DELETE", "/api/v1/tenants/" + tenant_, world_.token()); }
  std::string errors_of_steps() {
    return control_.value(
        "SELECT coalesce(string_agg(array_to_string(s.errors, ' '), ' '), '') || ' ' || "
        "coalesce(max(array_to_string(j.error_log, ' ')), '') FROM tenure.deletion_jobs AS j "
        "JOIN tenure.deletion_steps AS s ON s.job_id = j.id WHERE j.tenant_id = $1",
        {tenant_});
  }
  static void stop(Node& node) {
    node.send_signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.errors();
  }
  Problems problems() const {
    auto all = checker_.problems_of_estate(before_);
    PlainSql control(world_.places().control);
    for (const auto& row : control.rows("SELECT id FROM tenure.deletion_jobs")) {
      for (auto& problem : checker_.problems_of_job(*row[0], before_)) all.push_back(std::move(problem));
    }
    return all;
  }

  /// Nothing of the tenant is gone: not a row that the archive could not take.
  void expect_waiting_with_everything(const Node& node) {
    ASSERT_TRUE(comes_to(node, "times_parked > 0")) << node.errors();
    EXPECT_EQ(value("status"), "running");
    EXPECT_THAT(errors_of_steps(), HasSubstr("archive"));
    EXPECT_THAT(differences(before_.of.at(tenant_), holdings_of(world_.places(), {tenant_})),
                ::testing::Each(::testing::StartsWith("accounts/")))
        << "only the record says that the tenant is being deleted";
  }

  World world_;
  const std::string tenant_ = world_.add_tenant();
  const Checker checker_{world_.places()};
  const Before before_ = checker_.look({tenant_});
  PlainSql control_ = world_.control();
};

TEST_F(ArchiveFaults, ADeletionWaitsForSpaceAndLosesNothingMeanwhile) {
  const SmallDisk disk(world_.places().archives);
  auto node = start();
  disk.fill();
  order_deletion(*node);
  expect_waiting_with_everything(*node);
  disk.empty();
  ASSERT_TRUE(comes_to(*node, "status = 'completed'", true)) << node->errors();
  stop(*node);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ArchiveFaults, ADeletionWaitsForAFolderThatItMayWriteTo) {
  const SmallDisk disk(world_.places().archives);
  auto node = start();
  disk.make_read_only();
  order_deletion(*node);
  expect_waiting_with_everything(*node);
  disk.make_writable();
  ASSERT_TRUE(comes_to(*node, "status = 'completed'", true)) << node->errors();
  stop(*node);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ArchiveFaults, ARestorationWithoutTheKeyBringsNothingBackAndIsMadeGoodWithIt) {
  auto first = world_.serve(world_.write_estate({}));
  order_deletion(*first);
  ASSERT_TRUE(comes_to(*first, "status = 'completed'")) << first->errors();
  stop(*first);
  auto other = world_.serve(world_.write_estate({.keys = "other:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}));
  const auto job = "/api/v1/auth/deletion-jobs/" + value("id");
  ASSERT_TRUE(other->ask("POST", job + "/restore", world_.token()));
  ASSERT_TRUE(comes_to(*other, "times_parked > 0 OR status = 'compensation_failed'")) << other->errors();
  EXPECT_THAT(value("status"), AnyOf("compensating", "compensation_failed"));
  EXPECT_THAT(errors_of_steps(), HasSubstr("key"));
  EXPECT_THAT(holdings_of(world_.places(), {tenant_}), IsEmpty()) << "half of it is back";
  stop(*other);
  auto mended = world_.serve(world_.write_estate({}));
  if (value("status") == "compensation_failed") {
    ASSERT_TRUE(mended->ask("POST", job + "/retry", world_.token()));
  }
  ASSERT_TRUE(comes_to(*mended, "status = 'rolled_back'", true)) << mended->errors();
  stop(*mended);
  EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace tenure::crash
