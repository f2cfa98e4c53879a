#include "server/job_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLongestWait{std::chrono::minutes(10)};

/// RFC 7240: preferences are separated by commas, their parameters by semicolons.
bool prefers_async(const Request& request) {
  const std::string header = request.header("prefer").value_or("");
  std::string_view left = header;
  while (!left.empty()) {
    const auto comma = left.find(',');
    auto preference = left.substr(0, comma);
    preference = preference.substr(0, preference.find(';'));
    preference.remove_prefix(std::min(preference.find_first_not_of(" \t"), preference.size()));
    preference = preference.substr(0, preference.find_first_of(" \t"));
    if (preference == "respond-async") return true;
    left = comma == std::string_view::npos ? std::string_view() : left.substr(comma + 1);
  }
  return false;
}

}  // namespace

Response accepted(const JobId& job) {
  Response response = json_answer(202, {{"job_id", job.str()}});
  response.headers["Location"] = fmt::format("/api/v1/auth/deletion-jobs/{}", job.str());
  return response;
}

Response answer_for_job(erasure::JobRunner& runner, Turns& waits, const JobId& job, const Request& request) {
  runner.wake();
  if (prefers_async(request)) {
    Response response = accepted(job);
    response.headers["Preference-Applied"] = "respond-async";
    return response;
  }
  const auto turn = waits.try_take();
  if (!turn) return accepted(job);
  try {
    const auto ended = runner.wait_for_end(job, request.call_within(kLongestWait));
    if (!jobs::is_terminal(ended.state)) return accepted(job);
    return json_answer(ended.state == jobs::JobState::completed ? 200 : 500, erasure::job_to_json(ended));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timeout) throw;
    return accepted(job);
  }
}

}  // namespace tenure::server
