#include "erasure/step_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::Step;
using jobs::StepState;

jobs::Counts sum(jobs::Counts counts, const jobs::Counts& more) {
  for (const auto& [table, rows] : more) counts[table] += rows;
  return counts;
}

bool has_failed(const Step& step) { return step.state == StepState::failed || step.state == StepState::unknown; }

}  // namespace

StepBook::StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener)
    : StepBook(store, lease, listener, store.get(lease.job)) {}

StepBook::StepBook(jobs::JobStore& store, const jobs::Lease& lease, const ErasureListener& listener, jobs::Job job)
    : store_(store),
      lease_(lease),
      listener_(listener),
      subject_(job.subject),
      initiated_by_(job.initiated_by),
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
  return round == 1 ? key : fmt::format("{}/{}", key, round);
}

void StepBook::begin(const std::string& service) { begin_round(service, step(service).round); }

void StepBook::begin_next_round(const std::string& service) { begin_round(service, step(service).round + 1); }

void StepBook::begin_round(const std::string& service, int round) {
  store_.begin_step(lease_, service, round);
  Step& step = steps_.at(service);
  step.state = StepState::running;
  step.round = round;
  step.attempts += 1;
  step.errors.clear();
  report_step(step, step.deleted_counts);
}

void StepBook::finish(const std::string& service, const store::DeletionResult& result, Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = StepState::done;
  step.deleted_counts = sum(std::move(step.deleted_counts), result.deleted_counts);
  step.changed_counts = sum(std::move(step.changed_counts), result.changed_counts);
  step.total = store::total_of(step.deleted_counts);
  step.duration += duration;
  store_step(step);
}

void StepBook::fail(const std::string& service, StepState state, std::vector<std::string> errors,
                    Milliseconds duration) {
  Step step = steps_.at(service);
  step.state = state;
  step.errors = std::move(errors);
  step.duration += duration;
  store_step(step);
}

void StepBook::store_step(const Step& step) {
  store_.finish_step(lease_, step);
  steps_.at(step.service) = step;
  report_step(step, step.deleted_counts);
}

void StepBook::report_progress(const std::string& service, const store::Counts& deleted_so_far) const {
  const Step& running = step(service);
  report_step(running, sum(running.deleted_counts, deleted_so_far));
}

void StepBook::advance(JobState to) {
  store_.advance(lease_, state_, to);
  state_ = to;
  report_job();
}

void StepBook::finish_job(std::vector<std::string> errors) {
  for (const auto& service : services_) {
    for (const auto& error : step(service).errors) errors.push_back(fmt::format("{}: {}", service, error));
  }
  for (const auto& [id, tenant] : owned_tenants_) {
    for (const auto& error : tenant.errors) errors.push_back(fmt::format("tenant {}: {}", id.str(), error));
  }
  const JobState last = errors.empty() ? JobState::completed : JobState::failed;
  store_.finish(lease_, state_, last, errors, [&](pg::Transaction& transaction) {
    if (last == JobState::completed) events::publish(transaction, completion());
  });
  state_ = last;
  report_job();
}

bool StepBook::has_failures() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const auto& entry) { return has_failed(entry.second); }) ||
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
  return {.topic = is_tenant ? "tenant.deleted" : "user.deleted", .payload = payload.dump()};
}

void StepBook::report_step(const Step& step, const jobs::Counts& deleted_counts) const {
  if (listener_) listener_({lease_.job, state_, step.service, step.state, deleted_counts, step.errors});
}

void StepBook::report_job() const {
  if (listener_) listener_({.job = lease_.job, .job_state = state_, .service = {}, .deleted_counts = {}, .errors = {}});
}

}  // namespace tenure::erasure
