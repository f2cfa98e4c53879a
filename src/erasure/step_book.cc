#include "erasure/step_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "base/failpoint.h"
#include "base/planted_bug.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::Step;
using jobs::StepState;

// How often a job looks whether somebody has approved or released what it waits for.
constexpr Milliseconds kPeopleTakeTheirTime{15000};
// Re-counts and decisions are tried again at a steady pace, about every 4 s.
constexpr int kSteadyAttempt = 5;

jobs::Counts sum(jobs::Counts counts, const jobs::Counts& more) {
  for (const auto& [table, rows] : more) counts[table] += rows;
  return counts;
}

std::optional<archive::WrappedKey> key_of(const jobs::Job& job) {
  if (!job.archive_key) return std::nullopt;
  return archive::WrappedKey{*job.archive_key};
}

double random_fraction() {
  thread_local std::minstd_rand generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::optional<TenantId> tenant_of(const Subject& subject) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return tenant == nullptr ? std::nullopt : std::optional(*tenant);
}

bool has_failed(const Step& step) { return step.state == StepState::failed || step.state == StepState::unknown; }

}  // namespace

StepBook::StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener,
                   ErasureObserver* observer)
    : StepBook(store, lease, listener, observer, store.get(lease.job)) {}

StepBook::StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener,
                   ErasureObserver* observer, jobs::Job job)
    : store_(store),
      lease_(lease),
      listener_(listener),
      observer_(observer),
      subject_(job.subject),
      initiated_by_(job.initiated_by),
      archive_key_(key_of(job)),
      trace_(job.trace.next()),
      on_failure_(job.on_failure),
      approved_digest_(job.needs_approval ? std::optional(job.plan_digest.value_or("")) : std::nullopt),
      commit_decision_(store.find_commit_decision(lease.job)),
      state_(job.state) {
  for (auto& step : job.steps) {
    services_.push_back(step.service);
    steps_.emplace(services_.back(), std::move(step));
  }
  for (auto& tenant : job.owned_tenants) owned_tenants_.emplace(tenant.tenant, std::move(tenant));
}

std::string StepBook::idempotency_key(const std::string& service) const {
  const int round = step(service).round;
  const std::string key = fmt::format("{}/{}", lease_.job.str(), service);
  if (TENURE_BUG("key.of_the_epoch")) return fmt::format("{}/epoch {}", key, lease_.epoch);
  return round == 1 ? key : fmt::format("{}/{}", key, round);
}

void StepBook::begin(const std::string& service) { begin_round(service, step(service).round); }

void StepBook::begin_next_round(const std::string& service) { begin_round(service, step(service).round + 1); }

void StepBook::begin_round(const std::string& service, int round) {
  store_.begin_step(lease_, service, round);
  TENURE_FAILPOINT("step.begin.after");
  put_off_.erase(service);
  Step& step = steps_.at(service);
  if (step.state != StepState::running && step.state != StepState::unknown) step.failures = 0;
  step.state = StepState::running;
  step.round = round;
  step.attempts += 1;
  step.errors.clear();
  step.verification.reset();
  report_step(step, step.deleted_counts);
}

void StepBook::finish(const std::string& service, const store::DeletionResult& result, Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = StepState::done;
  step.deleted_counts = sum(std::move(step.deleted_counts), result.deleted_counts);
  step.changed_counts = sum(std::move(step.changed_counts), result.changed_counts);
  step.total = store::total_of(step.deleted_counts);
  step.duration += duration;
  step.completed_at = result.completed_at;
  store_step(step);
  note_call(
      {.job = lease_.job, .service = service, .items = store::total_of(result.deleted_counts), .duration = duration});
}

void StepBook::fail(const std::string& service, StepState state, std::vector<std::string> errors,
                    Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = state;
  step.errors = std::move(errors);
  step.duration += duration;
  store_step(step);
}

void StepBook::go_on(const std::string& service, Milliseconds duration) {
  Step step = steps_.at(service);
  step.duration += duration;
  step.failures = 0;
  store_step(step);
  note_call({.job = lease_.job, .service = service, .duration = duration, .is_unfinished = true});
  begin(service);
}

void StepBook::put_off(const std::string& service, FailureKind kind, StepState state, std::vector<std::string> errors,
                       Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = state;
  step.errors = std::move(errors);
  step.duration += duration;
  ++step.failures;
  store_step(step);
  put_off_.insert_or_assign(service, kind);
}

std::optional<Milliseconds> StepBook::delay() const {
  std::optional<Milliseconds> shortest;
  for (const auto& [service, kind] : put_off_) {
    // Of a call that is no erasure no failures are counted.
    const bool is_counted = step(service).state != StepState::done && step(service).failures > 0;
    const auto delay = backoff(kind, is_counted ? step(service).failures : kSteadyAttempt);
    shortest = shortest ? std::min(*shortest, delay) : delay;
  }
  if (!shortest) return std::nullopt;
  return with_jitter(*shortest, random_fraction());
}

void StepBook::note_verification(const std::string& service, const store::Residue& residue) {
  jobs::Verification found{.rows_left = sum(residue.rows_left, residue.orphans),
                           .kept_counts = residue.kept_counts,
                           .kept_reasons = residue.kept_reasons};
  store_.note_verification(lease_, service, found);
  steps_.at(service).verification = std::move(found);
}

void StepBook::begin_restoration(const std::string& service) { begin_round(service, step(service).round); }

void StepBook::compensate(const std::string& service, std::int64_t items, Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = StepState::compensated;
  step.duration += duration;
  store_step(step);
  note_call(
      {.job = lease_.job, .service = service, .operation = Operation::restore, .items = items, .duration = duration});
}

void StepBook::skip_pending() {
  for (const auto& service : services_) {
    Step step = steps_.at(service);
    if (step.state != StepState::pending) continue;
    step.state = StepState::skipped;
    store_step(step);
  }
}

void StepBook::store_step(const Step& step) {
  TENURE_FAILPOINT("step.finish.before");
  store_.finish_step(lease_, step);
  TENURE_FAILPOINT("step.finish.after");
  steps_.at(step.service) = step;
  report_step(step, step.deleted_counts);
}

void StepBook::note_call(CallEnd call) const {
  if (observer_ == nullptr) return;
  call.tenant = tenant_of(subject_);
  call.trace = trace_;
  observer_->on_call_ended(call);
}

void StepBook::report_progress(const std::string& service, const store::Counts& deleted_so_far) const {
  const Step& running = step(service);
  report_step(running, sum(running.deleted_counts, deleted_so_far));
}

void StepBook::decide_commit(const std::vector<std::string>& services) {
  const jobs::CommitDecision decision{.epoch = lease_.epoch, .services = services};
  store_.decide_commit(lease_, decision);
  commit_decision_ = decision;
}

void StepBook::advance(JobState to) {
  store_.advance(lease_, state_, to);
  state_ = to;
  report_job();
}

void StepBook::finish_job(std::vector<std::string> errors) {
  for (auto& error : this->errors()) errors.push_back(std::move(error));
  const bool is_compensating = state_ == JobState::compensating;
  const JobState good = is_compensating ? JobState::rolled_back : JobState::completed;
  const JobState bad = is_compensating ? JobState::compensation_failed : JobState::failed;
  const JobState last = errors.empty() ? good : bad;
  TENURE_FAILPOINT("finish.before");
  store_.finish(lease_, state_, last, errors, [&](pg::Transaction& transaction) {
    if (last == JobState::completed) events::publish(transaction, completion());
    if (last == JobState::completed && TENURE_BUG("event.twice")) events::publish(transaction, completion());
  });
  TENURE_FAILPOINT("finish.after");
  state_ = last;
  is_given_back_ = true;
  report_job();
}

std::vector<std::string> StepBook::errors() const {
  std::vector<std::string> errors;
  for (const auto& service : services_) {
    for (const auto& error : step(service).errors) errors.push_back(fmt::format("{}: {}", service, error));
  }
  for (const auto& [id, tenant] : owned_tenants_) {
    for (const auto& error : tenant.errors) errors.push_back(fmt::format("tenant {}: {}", id.str(), error));
  }
  return errors;
}

jobs::Lease StepBook::begin_compensation(std::string_view reason, const std::vector<std::string>& errors) {
  const auto next = store_.begin_compensation(lease_, state_, reason, errors);
  TENURE_FAILPOINT("compensate.begin.after");
  state_ = JobState::compensating;
  is_given_back_ = true;
  report_job();
  return next;
}

void StepBook::park() {
  store_.park(lease_, delay().value_or(kPeopleTakeTheirTime));
  TENURE_FAILPOINT("park.after");
  is_given_back_ = true;
}

bool StepBook::hold() {
  if (!store_.hold_running(lease_, state_)) return false;
  state_ = JobState::held;
  is_given_back_ = true;
  report_job();
  return true;
}

void StepBook::finish_cancelled() {
  store_.finish_cancelled(lease_);
  state_ = JobState::cancelled;
  is_given_back_ = true;
  report_job();
}

void StepBook::lapse_approval() {
  store_.lapse_approval(lease_);
  state_ = JobState::awaiting_approval;
  is_given_back_ = true;
  report_job();
}

jobs::Checkpoint StepBook::checkpoint() { return store_.checkpoint(lease_); }

bool StepBook::has_begun() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const auto& entry) { return entry.second.state != StepState::pending; });
}

bool StepBook::has_failures() const {
  const auto has_ended_badly = [&](const auto& entry) {
    return has_failed(entry.second) && !put_off_.contains(entry.first);
  };
  return std::any_of(steps_.begin(), steps_.end(), has_ended_badly) ||
         std::any_of(owned_tenants_.begin(), owned_tenants_.end(),
                     [](const auto& entry) { return entry.second.state == StepState::failed; });
}

void StepBook::put_owned_tenant(const jobs::OwnedTenant& tenant) {
  store_.put_owned_tenant(lease_, tenant);
  owned_tenants_.insert_or_assign(tenant.tenant, tenant);
}

events::Event StepBook::completion() const {
  const bool is_tenant = kind_of(subject_) == SubjectKind::tenant;
  std::int64_t total = 0;
  for (const auto& [service, step] : steps_) total += step.total;
  const nlohmann::json payload = {{"job_id", lease_.job.str()},
                                  {is_tenant ? "tenant_id" : "user_id", id_of(subject_)},
                                  {"total_items_deleted", total}};
  return {.topic = is_tenant ? "tenant.deleted" : "user.deleted", .payload = payload.dump(), .trace = trace_.next()};
}

void StepBook::report_step(const Step& step, const jobs::Counts& deleted_counts) const {
  if (listener_) listener_({lease_.job, state_, step.service, step.state, deleted_counts, step.errors});
}

void StepBook::report_job() const {
  if (observer_ != nullptr) {
    observer_->on_job_changed({.job = lease_.job, .tenant = tenant_of(subject_), .state = state_, .trace = trace_});
  }
  if (listener_) listener_({.job = lease_.job, .job_state = state_, .service = {}, .deleted_counts = {}, .errors = {}});
}

}  // namespace tenure::erasure
