#include "erasure/soft_delete_sweep.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::erasure {
namespace {

constexpr int kBatch = 100;
constexpr Milliseconds kSweepTimeout{std::chrono::minutes(5)};

/// Jobs after which the tenant lives on.
bool has_let_go(jobs::JobState state) {
  return state == jobs::JobState::cancelled || state == jobs::JobState::rolled_back;
}

}  // namespace

SoftDeleteSweep::~SoftDeleteSweep() { stop(); }

SoftDeleteSweep::Outcome SoftDeleteSweep::sweep(const Call& call) {
  Outcome outcome;
  try {
    sweep_due(outcome, call);
    sweep_unstarted(outcome, call);
  } catch (const Error& error) {
    outcome.errors.emplace_back(error.what());
  }
  return outcome;
}

// To the end: those that a hold or an approval keeps stay due, and must not hide the ones behind them.
void SoftDeleteSweep::sweep_due(Outcome& outcome, const Call& call) {
  std::optional<TenantId> after;
  for (;;) {
    const auto batch = tenants_.due_for_erasure(kBatch, call, after);
    for (const auto& tenant : batch) {
      try {
        outcome.started.push_back(erase_tenant_.enqueue({.tenant = tenant}, call));
      } catch (const Error& error) {
        // Another process has just started it, or is done with it already.
        if (error.code() == ErrorCode::conflict || error.code() == ErrorCode::not_found) continue;
        outcome.errors.push_back(fmt::format("tenant {}: {}", tenant.str(), error.what()));
      }
    }
    if (std::ssize(batch) < kBatch) return;
    after = batch.back();
  }
}

void SoftDeleteSweep::sweep_unstarted(Outcome& outcome, const Call& call) {
  std::optional<TenantId> after;
  for (;;) {
    const auto batch = tenants_.deleting(after, kBatch, call);
    for (const auto& [tenant, job] : batch) {
      try {
        const auto found = jobs_.find(job);
        // Its process died before it could take the fence down.
        if (found && has_let_go(found->state)) tenants_.undo_deletion(tenant, job, call);
        if (found || jobs_.find_active(tenant)) continue;
        outcome.started.push_back(erase_tenant_.enqueue({.tenant = tenant, .job = job}, call));
      } catch (const Error& error) {
        if (error.code() == ErrorCode::conflict || error.code() == ErrorCode::not_found) continue;
        outcome.errors.push_back(fmt::format("tenant {}: {}", tenant.str(), error.what()));
      }
    }
    if (std::ssize(batch) < kBatch) return;
    after = batch.back().first;
  }
}

void SoftDeleteSweep::start(Milliseconds interval, std::function<void(const Outcome&)> on_outcome) {
  thread_ = std::jthread([this, interval, on_outcome = std::move(on_outcome)](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto outcome = sweep(Call{Deadline::after(kSweepTimeout), stop});
      const bool is_worth_telling = !outcome.started.empty() || (!outcome.errors.empty() && !stop.stop_requested());
      if (is_worth_telling) on_outcome(outcome);
      std::unique_lock lock(mutex_);
      stopped_.wait_for(lock, stop, interval, [] { return false; });
    }
  });
}

void SoftDeleteSweep::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace tenure::erasure
