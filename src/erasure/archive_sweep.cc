#include "erasure/archive_sweep.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/planted_bug.h"

namespace tenure::erasure {
namespace {

constexpr int kBatch = 100;

}  // namespace

ArchiveSweep::~ArchiveSweep() { stop(); }

ArchiveSweep::Outcome ArchiveSweep::sweep(const std::stop_token& stop) {
  Outcome outcome;
  try {
    for (bool is_going_on = true; is_going_on && !stop.stop_requested();) {
      const auto due = kept_.due(kBatch);
      const auto before = outcome.shredded.size();
      for (const auto& job : due) {
        if (stop.stop_requested()) break;
        try {
          shred(job);
          outcome.shredded.push_back(job);
        } catch (const Error& error) {
          // A hold has just been placed, or the rows are being restored after all.
          if (error.code() == ErrorCode::conflict) continue;
          outcome.errors.push_back(fmt::format("archive of job {}: {}", job.str(), error.what()));
        }
      }
      // A batch in which nothing could be done would come again.
      is_going_on = std::ssize(due) == kBatch && outcome.shredded.size() > before;
    }
  } catch (const Error& error) {
    outcome.errors.emplace_back(error.what());
  }
  return outcome;
}

void ArchiveSweep::shred(const JobId& job, const Actor& by) {
  kept_.destroy_key(job, by);
  TENURE_FAILPOINT("shred.after");
  if (!TENURE_BUG("archive.files_stay")) vault_.remove_job(job);
  kept_.note_files_removed(job);
}

void ArchiveSweep::start(Milliseconds interval, std::function<void(const Outcome&)> on_outcome) {
  thread_ = std::jthread([this, interval, on_outcome = std::move(on_outcome)](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto outcome = sweep(stop);
      const bool is_worth_telling = !outcome.shredded.empty() || (!outcome.errors.empty() && !stop.stop_requested());
      if (is_worth_telling) on_outcome(outcome);
      std::unique_lock lock(mutex_);
      stopped_.wait_for(lock, stop, interval, [] { return false; });
    }
  });
}

void ArchiveSweep::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace tenure::erasure
