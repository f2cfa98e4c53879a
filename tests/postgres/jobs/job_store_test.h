#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "jobs/job_control.h"
#include "jobs/job_store.h"
#include "jobs/kept_archives.h"
#include "jobs/legal_holds.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"

namespace tenure::jobs {

using test::error_of;

inline constexpr Milliseconds kLease{60000};
inline constexpr Milliseconds kNoLease{0};  // runs out at once
inline constexpr std::chrono::hours kHour{1};

/// A control database with its schema, and what was told of changes in it.
class JobStoreTest : public ::testing::Test {
 protected:
  JobStoreTest() {
    auto session = db_.connect();
    install_schema(session);
  }

  static NewJob new_job(const TenantId& tenant = TenantId::random()) {
    return {.subject = tenant, .tenant_name = "Forn Vell", .services = {"orders", "tenant"}};
  }
  static NewJob archived_job(const TenantId& tenant = TenantId::random()) {
    NewJob job = new_job(tenant);
    job.on_failure = OnFailure::roll_back;
    job.archive_key = "v1.k1.abc";
    job.retention = kHour;
    return job;
  }
  Lease leased(Milliseconds lease = kLease) { return leased(new_job(), lease); }
  Lease leased(const NewJob& job, Milliseconds lease = kLease) { return jobs_.enqueue_leased(job, "me", lease); }
  /// A running job of which a service has deleted rows.
  Lease begun(const NewJob& job = archived_job()) {
    const Lease lease = leased(job);
    jobs_.begin_step(lease, "orders", 1);
    jobs_.finish_step(lease, done("orders", {{"orders", 3}}));
    return lease;
  }
  Lease completed(const NewJob& job = archived_job()) {
    const Lease lease = begun(job);
    jobs_.advance(lease, JobState::running, JobState::verifying);
    jobs_.finish(lease, JobState::verifying, JobState::completed, {});
    return lease;
  }
  Lease failed(const NewJob& job = archived_job()) {
    const Lease lease = begun(job);
    jobs_.finish(lease, JobState::running, JobState::failed, {"tenant: no"});
    return lease;
  }

  static Step done(const std::string& service, Counts counts) {
    Step step{.service = service, .state = StepState::done};
    for (const auto& [table, rows] : counts) step.total += rows;
    step.deleted_counts = std::move(counts);
    return step;
  }

  JobState state_of(const JobId& job) { return jobs_.get(job).state; }
  /// "pending running held": every state that the job has been in.
  std::string way_of(const JobId& job) {
    std::string way;
    for (const auto& change : jobs_.transitions(job))
      way += (way.empty() ? "" : " ") + std::string(to_string(change.to));
    return way;
  }

  /// Expects a conflict whose message holds `part`.
  template <class Action>
  static void expect_conflict(const Action& action, const std::string& part) {
    const Error error = error_of(action);
    EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
    EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
  }

  std::vector<Transition> told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 8};
  std::mutex mutex_;
  std::vector<Transition> told_;  // guarded by mutex_
  const TransitionHook hook_ = [this](pg::Transaction&, const Transition& change) {
    const std::lock_guard lock(mutex_);
    told_.push_back(change);
  };
  JobStore jobs_{pool_, hook_};
  JobControl control_{pool_, hook_};
  LegalHolds holds_{pool_, hook_};
  KeptArchives archives_{pool_};
  const Actor admin_ = Actor::user(UserId::random());
};

}  // namespace tenure::jobs
