#include "server/contract_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "server/body.h"
#include "server/problem.h"
#include "store/contract_json.h"
#include "store/deletion_result.h"

namespace tenure::server {
namespace {

constexpr std::size_t kLongestIdempotencyKey = 255;
constexpr std::size_t kLongestArchiveKey = 512;

using SubjectOf = Subject (*)(const Request&);

Subject tenant_of(const Request& request) { return TenantId::parse(request.path_parameter("tenant_id")); }
Subject user_of(const Request& request) { return UserId::parse(request.path_parameter("user_id")); }

void require_printable(const std::string& text, std::size_t longest, std::string_view field) {
  const auto is_printable = [](char letter) { return letter >= 0x21 && letter <= 0x7E; };
  if (text.size() <= longest && std::all_of(text.begin(), text.end(), is_printable)) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: up to {} printable ASCII characters", field, longest));
}

std::string idempotency_key_of(const Request& request) {
  auto key = request.header("idempotency-key").value_or("");
  require_printable(key, kLongestIdempotencyKey, "Idempotency-Key");
  return key;
}

std::optional<JobId> job_of(const Request& request) {
  const auto text = request.header("x-tenure-job");
  if (!text) return std::nullopt;
  return JobId::parse(*text, "X-Tenure-Job");
}

std::optional<archive::WrappedKey> archive_key_of(const Request& request) {
  auto text = request.header("x-tenure-archive-key");
  if (!text || text->empty()) return std::nullopt;
  require_printable(*text, kLongestArchiveKey, "X-Tenure-Archive-Key");
  return archive::WrappedKey{std::move(*text)};
}

std::int64_t epoch_of(const Request& request) {
  const auto text = request.header("x-tenure-epoch").value_or("0");
  std::int64_t epoch = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (failed != std::errc() || end != text.data() + text.size() || epoch < 0) {
    throw Error(ErrorCode::invalid_argument, "X-Tenure-Epoch: not a whole number of 0 or more");
  }
  return epoch;
}

store::EraseRequest erase_request_of(const Request& request, const Subject& subject) {
  store::EraseRequest order{.subject = subject,
                            .idempotency_key = idempotency_key_of(request),
                            .job = job_of(request),
                            .epoch = epoch_of(request),
                            .archive_key = archive_key_of(request)};
  if (order.archive_key && !order.job) {
    throw Error(ErrorCode::invalid_argument, "X-Tenure-Job: is missing; an archive belongs to a job");
  }
  return order;
}

store::RestoreRequest restore_request_of(const Request& request, const Subject& subject) {
  const auto missing = [](std::string_view field) {
    return Error(ErrorCode::invalid_argument, fmt::format("{}: is missing", field));
  };
  const auto job = job_of(request);
  if (!job) throw missing("X-Tenure-Job");
  if (!request.header("x-tenure-epoch")) throw missing("X-Tenure-Epoch");
  auto key = archive_key_of(request);
  if (!key) throw missing("X-Tenure-Archive-Key");
  return {.subject = subject, .job = *job, .epoch = epoch_of(request), .archive_key = std::move(*key)};
}

/// The errors of a result become the error it was made of again.
Error error_of(const store::DeletionResult& result) {
  const auto message = result.errors.empty() ? std::string("the deletion failed") : result.errors.front();
  std::vector<std::string> problems;
  if (result.errors.size() > 1) problems.assign(result.errors.begin() + 1, result.errors.end());
  return Error(result.error_code, message, result.retry).with_problems(std::move(problems));
}

Response failure_of(store::DeletionResult result, const std::string& request_id) {
  const auto error = error_of(result);
  auto body = problem_body(error, request_id, Audience::service);
  // What a bug of ours says is for the log; the summary must not say it either.
  if (error.code() == ErrorCode::internal) result.errors = {body["detail"].get<std::string>()};
  const auto summary = store::result_to_json(result);
  body["message"] = summary["message"];
  body["summary"] = summary["summary"];
  auto response = problem(error, request_id, Audience::service);
  response.body = json_answer(response.status, body).body;
  return response;
}

Response preview(const HostedService& service, const Subject& subject, const Request& request) {
  request.allow_query({});
  const auto found = service.data_store->preview(subject, request.call_within(service.timeout));
  return json_answer(200, store::preview_to_json(service.name, subject, found));
}

Response erase(const HostedService& service, const Subject& subject, const Request& request, const Clock& clock) {
  request.allow_query({});
  Body(request, {}).check();
  const auto order = erase_request_of(request, subject);
  auto result =
      store::erase_safely(*service.data_store, service.name, order, request.call_within(service.timeout), clock);
  if (!result.success) return failure_of(std::move(result), request.request_id);
  auto response = json_answer(200, store::result_to_json(result));
  if (result.is_replay) response.headers["Idempotent-Replayed"] = "true";
  return response;
}

Response restore(const HostedService& service, const Subject& subject, const Request& request) {
  request.allow_query({});
  Body(request, {}).check();
  const auto limit = std::max(service.timeout, store::kLongestRestoration);
  const auto restoration = service.data_store->restore(restore_request_of(request, subject), request.call_within(limit),
                                                       store::ProgressSink());
  auto response = json_answer(200, store::restoration_to_json(service.name, subject, restoration));
  if (restoration.is_replay) response.headers["Idempotent-Replayed"] = "true";
  return response;
}

void add_subject_routes(Router& router, const HostedService& service, const Clock& clock, const std::string& path,
                        SubjectOf subject_of) {
  const auto pattern = fmt::format("/api/v1/{}/{}", service.prefix, path);
  router.add({.method = "GET",
              .pattern = pattern + "/deletion-preview",
              .access = AccessRule::of(Permission::service_deletion, service.prefix),
              .handler = [service, subject_of](const Request& request) {
                return preview(service, subject_of(request), request);
              }});
  router.add({.method = "DELETE",
              .pattern = pattern,
              .access = AccessRule::of(Permission::service_deletion, service.prefix),
              .handler = [service, subject_of, &clock](const Request& request) {
                return erase(service, subject_of(request), request, clock);
              }});
  router.add({.method = "POST",
              .pattern = pattern + "/restore",
              .access = AccessRule::of(Permission::service_restoration, service.prefix),
              .handler = [service, subject_of](const Request& request) {
                return restore(service, subject_of(request), request);
              }});
}

}  // namespace

void add_contract_routes(Router& router, const std::vector<HostedService>& services, const Clock& clock) {
  for (const auto& service : services) {
    add_subject_routes(router, service, clock, "tenant/{tenant_id}", tenant_of);
    for (const auto& user_path : std::set<std::string>{"user", service.user_path}) {
      add_subject_routes(router, service, clock, user_path + "/{user_id}", user_of);
    }
  }
}

}  // namespace tenure::server
