#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "jobs/job_store.h"
#include "tests/support/database.h"

namespace tenure::jobs {

inline constexpr Milliseconds kLease{60000};
inline constexpr Milliseconds kNoLease{0};  // runs out at once

/// A control database with its schema.
class JobStoreTest : public ::testing::Test {
 protected:
  JobStoreTest() {
    auto session = db_.connect();
    install_schema(session);
  }

  static NewJob new_job(const TenantId& tenant = TenantId::random()) {
    return {.subject = tenant, .tenant_name = "Forn Vell", .services = {"orders", "tenant"}};
  }
  Lease leased(Milliseconds lease = kLease) { return jobs_.enqueue_leased(new_job(), "me", lease); }

  static Step done(const std::string& service, Counts counts) {
    Step step{.service = service, .state = StepState::done};
    for (const auto& [table, rows] : counts) step.total += rows;
    step.deleted_counts = std::move(counts);
    return step;
  }

  template <class Action>
  static Error error_of(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorCode::internal, "none");
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 8};
  JobStore jobs_{pool_};
};

}  // namespace tenure::jobs
