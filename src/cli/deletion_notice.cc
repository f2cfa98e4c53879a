#include "cli/deletion_notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;
using notifications::Level;
using notifications::Notice;

// Nobody reads more in an e-mail; `tenure job show` has all.
constexpr std::size_t kMostCauses = 10;
constexpr std::size_t kLongestCause = 1000;

struct Outcome {
  Level level;
  const char* title;    ///< behind whose deletion it is
  const char* summary;  ///< what has become of the data, and what is to be done
};

Outcome outcome_of(const std::string& status, const std::string& reason) {
  if (status == "completed") {
    return {Level::success, "was deleted",
            "Every service has deleted its data, counted again, and found nothing left."};
  }
  if (status == "rolled_back") {
    if (reason == "service_failed") {
      return {Level::error, "was not deleted",
              "A service failed for good, so what the others had deleted was brought back from the archive. Mend the "
              "cause, then order the deletion anew."};
    }
    return {Level::warning, "was restored",
            "What had been deleted was brought back from the archive, as was asked for."};
  }
  if (status == "compensation_failed") {
    return {Level::error, "could not be restored",
            "What was deleted could not all be brought back. The archive is kept: mend the cause, then have the job "
            "tried again."};
  }
  if (status == "cancelled") {
    return {Level::info, "was not deleted", "The deletion was cancelled before anything was deleted."};
  }
  return {
      Level::error, "was not deleted completely",
      "Services that are done stay done, the others still have data. Mend the cause, then have the job tried again."};
}

/// The last ones, each once: a job that was tried again has those of every time.
std::vector<std::string> causes_of(const jobs::Job& job) {
  std::vector<std::string> causes;
  for (auto error = job.error_log.rbegin(); error != job.error_log.rend() && causes.size() < kMostCauses; ++error) {
    auto cause = printable(error->substr(0, kLongestCause));
    if (std::ranges::find(causes, cause) == causes.end()) causes.push_back(std::move(cause));
  }
  std::ranges::reverse(causes);
  return causes;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(seconds);
  return whole < 3600 ? fmt::format("{} min {} s", whole / 60, whole % 60)
                      : fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

/// "2026-03-01T12:00:00.000Z" as people read it.
std::string time_text(const std::string& time) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kSeconds = 19;
  if (time.size() <= kSeconds) return time;
  return fmt::format("{} {} UTC", time.substr(0, kDate), time.substr(kDate + 1, kSeconds - kDate - 1));
}

std::string subject_of(const json& end, const std::optional<jobs::Job>& job) {
  if (end.contains("user_id")) return "User " + text_or(end, "user_id", "");
  if (job && job->tenant_name) return fmt::format("Tenant \"{}\"", printable(*job->tenant_name));
  return "Tenant " + text_or(end, "tenant_id", "");
}

void add_facts(Notice& notice, const json& end) {
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) notice.facts.emplace_back(name, std::move(value));
  };
  add("Tenant", text_or(end, "tenant_id", ""));
  add("User", text_or(end, "user_id", ""));
  add("Job", text_or(end, "job_id", ""));
  add("Status", text_or(end, "status", ""));
  add("Started", time_text(text_or(end, "started_at", "")));
  add("Ended", time_text(text_or(end, "completed_at", "")));
  if (end.contains("duration_seconds")) add("Took", duration_text(end.at("duration_seconds").get<double>()));
  add("Deleted", grouped(number_of(end, "total_items_deleted")));
}

/// A service that is done needs no word; of any other it is its state.
void add_counts(Notice& notice, const json& end) {
  for (const auto& step : end.value("services", json::array())) {
    const auto status = text_or(step, "status", "");
    auto count = grouped(number_of(step, "items_deleted"));
    if (status == "compensated") {
      count = "brought back: " + count;
    } else if (status != "done") {
      count += ", " + status;
    }
    notice.counts.emplace_back(text_or(step, "service", ""), std::move(count));
  }
}

}  // namespace

Notice deletion_notice(const notifications::KeptNotice& kept, const std::optional<jobs::Job>& job) {
  const auto end = json::parse(kept.payload, nullptr, false);
  if (!end.is_object()) throw Error(ErrorCode::corrupt, "a kept notice holds no object");
  if (kept.kind == kTestNotice) {
    return {.id = kept.id,
            .kind = kept.kind,
            .title = "Notices of deletions arrive here",
            .summary = "This is a test, sent by `tenure notice test`. Nothing was deleted.",
            .estate = text_or(end, "estate", ""),
            .at = kept.created_at};
  }
  const auto status = text_or(end, "status", "");
  const auto outcome = outcome_of(status, text_or(end, "reason", ""));
  Notice notice{.id = kept.id,
                .kind = kept.kind,
                .level = outcome.level,
                .title = fmt::format("{} {}", subject_of(end, job), outcome.title),
                .summary = outcome.summary,
                .group = "deletion " + text_or(end, "job_id", ""),
                .estate = text_or(end, "estate", ""),
                .environment = text_or(end, "environment", ""),
                .at = kept.created_at};
  add_facts(notice, end);
  add_counts(notice, end);
  if (job && outcome.level == Level::error) notice.causes = causes_of(*job);
  return notice;
}

}  // namespace tenure::cli
