#include "erasure/job_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::erasure {
namespace {

constexpr int kPatience = 4;  // times that a job was put off for a service, about four seconds

}  // namespace

JobRunner::JobRunner(jobs::JobStore& store, Orchestrator& orchestrator, RunnerSettings settings, RunnerHooks hooks)
    : store_(store), orchestrator_(orchestrator), settings_(std::move(settings)), hooks_(std::move(hooks)) {}

JobRunner::~JobRunner() { stop(Milliseconds(0)); }

void JobRunner::start() {
  for (int at = 0; at < settings_.jobs_at_once; ++at) {
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

void JobRunner::wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  woken_.notify_all();
}

void JobRunner::stop(Milliseconds drain) {
  {
    std::unique_lock lock(mutex_);
    is_stopping_ = true;
    woken_.notify_all();
    ended_.wait_for(lock, drain, [&] { return running_ == 0; });
  }
  std::vector<std::jthread> workers;
  {
    const std::lock_guard lock(mutex_);
    workers.swap(workers_);
  }
  for (auto& worker : workers) worker.request_stop();
}

jobs::Job JobRunner::wait_for_end(const JobId& job, const Call& call) {
  for (;;) {
    std::unique_lock lock(mutex_);
    const auto seen = ends_;
    lock.unlock();
    auto found = store_.get(job);
    if (jobs::is_terminal(found.state) || jobs::waits_for_somebody(found.state)) return found;
    if (found.times_parked >= kPatience) return found;
    if (call.deadline.has_passed() || call.stop.stop_requested()) {
      throw Error(ErrorCode::timeout, fmt::format("job {} is still {}", job.str(), jobs::to_string(found.state)),
                  Retry::later);
    }
    lock.lock();
    // Another process may run the job, so an end that nobody announces here is looked for as well.
    const auto slice = std::min(settings_.poll, call.deadline.left());
    ended_.wait_for(lock, call.stop, slice, [&] { return ends_ != seen; });
  }
}

void JobRunner::work(const std::stop_token& stop) {
  while (!is_stopping()) {
    const auto seen = wakes();
    if (!run_next(stop)) wait_for_wake(seen, stop);
  }
}

bool JobRunner::run_next(const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return false;
    ++running_;
  }
  bool has_run = false;
  try {
    if (const auto lease = store_.claim(settings_.owner, orchestrator_.settings().lease)) {
      has_run = true;
      orchestrator_.run(*lease, stop, hooks_.on_event);
    }
  } catch (const Error& error) {
    report(error.what());
  } catch (const std::exception&) {
    report("the run ended with an exception that is not Tenure's");
  }
  turn_ended(has_run);
  return has_run;
}

void JobRunner::turn_ended(bool has_run) {
  const std::lock_guard lock(mutex_);
  --running_;
  if (has_run) ++ends_;
  ended_.notify_all();
}

void JobRunner::wait_for_wake(std::uint64_t seen, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, stop, settings_.poll, [&] { return is_stopping_ || wakes_ != seen; });
}

std::uint64_t JobRunner::wakes() {
  const std::lock_guard lock(mutex_);
  return wakes_;
}

bool JobRunner::is_stopping() {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

void JobRunner::report(const std::string& what) const {
  if (hooks_.on_error) hooks_.on_error(what);
}

}  // namespace tenure::erasure
