#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "erasure/orchestrator.h"
#include "events/outbox.h"
#include "jobs/job_control.h"
#include "jobs/legal_holds.h"
#include "tests/support/database.h"
#include "tests/support/scripted_store.h"

namespace tenure::erasure {

/// A control database, and services whose behaviour each test writes down.
class ErasureTest : public ::testing::Test {
 protected:
  using Script = test::ScriptedStore::Script;

  static constexpr Milliseconds kLease{60000};
  /// Nothing is waited for: whatever fails does so for good.
  static constexpr OrchestratorSettings kImpatient{
      .lease = kLease, .grace = Milliseconds(10000), .give_up_after = Milliseconds(0)};

  ErasureTest() {
    auto session = db_.connect();
    jobs::install_schema(session);
    events::install_schema(session);
  }

  test::ScriptedStore& add(const std::string& name, Script script, Milliseconds timeout = Milliseconds(60000)) {
    auto data_store = std::make_shared<test::ScriptedStore>(std::move(script));
    endpoints_.push_back({.name = name, .data_store = data_store, .timeout = timeout, .holds_tenant_record = false});
    return *data_store;
  }
  test::ScriptedStore& add_tenant_record() {
    auto& data_store = add("tenant", {.rows = {{"tenants", 1}}});
    endpoints_.back().holds_tenant_record = true;
    return data_store;
  }

  Orchestrator orchestrator(const OrchestratorSettings& settings = kImpatient) {
    return Orchestrator(endpoints_, jobs_, clock_, settings, directories_);
  }
  jobs::NewJob new_job() {
    return {.subject = tenant_, .tenant_name = "Forn Vell", .services = orchestrator().steps(SubjectKind::tenant)};
  }
  jobs::Lease leased() { return jobs_.enqueue_leased(new_job(), "me", kLease); }
  jobs::Job erase(const OrchestratorSettings& settings = kImpatient) {
    return orchestrator(settings).run(leased(), {});
  }

  static const jobs::Step& step(const jobs::Job& job, const std::string& service) {
    for (const auto& one : job.steps) {
      if (one.service == service) return one;
    }
    throw Error(ErrorCode::not_found, service);
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 8};
  jobs::JobStore jobs_{pool_};
  jobs::JobControl control_{pool_};
  jobs::LegalHolds holds_{pool_};
  const std::shared_ptr<const Clock> clock_ = std::make_shared<SystemClock>();
  const TenantId tenant_ = TenantId::random();
  ServiceEndpoints endpoints_;
  Directories directories_;
};

}  // namespace tenure::erasure
