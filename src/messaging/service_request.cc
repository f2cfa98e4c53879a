#include "messaging/service_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "messaging/json_fields.h"

namespace tenure::messaging {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Operation, std::string_view>, 4> kOperations{{{Operation::preview, "preview"},
                                                                             {Operation::erase, "erase"},
                                                                             {Operation::verify, "verify"},
                                                                             {Operation::restore, "restore"}}};
constexpr Milliseconds kLongestTimeout{std::chrono::hours(24)};

Subject subject_from(const json& body) {
  const bool is_tenant = body.contains("tenant_id");
  if (is_tenant == body.contains("user_id")) {
    throw Error(ErrorCode::invalid_argument, "the request needs one of tenant_id and user_id");
  }
  if (is_tenant) return TenantId::parse(required_text(body, "tenant_id"));
  return UserId::parse(required_text(body, "user_id"));
}

}  // namespace

std::string_view to_string(Operation operation) {
  return std::ranges::find(kOperations, operation, &std::pair<Operation, std::string_view>::first)->second;
}

Operation parse_operation(std::string_view text) {
  const auto* const found = std::ranges::find(kOperations, text, &std::pair<Operation, std::string_view>::second);
  if (found != kOperations.end()) return found->first;
  throw Error(ErrorCode::invalid_argument, "operation: not one of preview, erase, verify and restore");
}

bool has_effect(Operation operation) { return operation == Operation::erase || operation == Operation::restore; }

ServiceRequest preview_request(std::string service, const Subject& subject) {
  return {.service = std::move(service), .operation = Operation::preview, .subject = subject};
}

ServiceRequest verify_request(std::string service, const Subject& subject) {
  return {.service = std::move(service), .operation = Operation::verify, .subject = subject};
}

ServiceRequest erase_request(std::string service, const store::EraseRequest& request) {
  return {.service = std::move(service),
          .operation = Operation::erase,
          .subject = request.subject,
          .idempotency_key = request.idempotency_key,
          .job = request.job,
          .epoch = request.epoch,
          .archive_key = request.archive_key};
}

ServiceRequest restore_request(std::string service, const store::RestoreRequest& request) {
  return {.service = std::move(service),
          .operation = Operation::restore,
          .subject = request.subject,
          .job = request.job,
          .epoch = request.epoch,
          .archive_key = request.archive_key};
}

store::EraseRequest to_erase_request(const ServiceRequest& request, const std::string& fallback_key) {
  return {.subject = request.subject,
          .idempotency_key = request.idempotency_key.empty() ? fallback_key : request.idempotency_key,
          .job = request.job,
          .epoch = request.epoch,
          .archive_key = request.archive_key};
}

store::RestoreRequest to_restore_request(const ServiceRequest& request) {
  return {.subject = request.subject,
          .job = request.job.value(),
          .epoch = request.epoch,
          .archive_key = request.archive_key.value()};
}

std::string to_json_text(const ServiceRequest& request) {
  json body{{"service", request.service},
            {"operation", to_string(request.operation)},
            {kind_of(request.subject) == SubjectKind::tenant ? "tenant_id" : "user_id", id_of(request.subject)},
            {"timeout_ms", request.timeout.count()}};
  if (!request.idempotency_key.empty()) body["idempotency_key"] = request.idempotency_key;
  if (request.job) body["job_id"] = request.job->str();
  if (has_effect(request.operation)) body["epoch"] = request.epoch;
  if (request.archive_key) body["archive_key"] = request.archive_key->text;
  return body.dump();
}

ServiceRequest request_from_json_text(std::string_view text) {
  const auto body = object_from(text, "the request");
  ServiceRequest request{.service = required_text(body, "service"),
                         .operation = parse_operation(required_text(body, "operation")),
                         .subject = subject_from(body),
                         .timeout = Milliseconds(required_number(body, "timeout_ms")),
                         .idempotency_key = optional_text(body, "idempotency_key").value_or("")};
  request.timeout = std::min(request.timeout, kLongestTimeout);
  if (const auto job = optional_text(body, "job_id")) request.job = JobId::parse(*job);
  if (body.contains("epoch")) request.epoch = required_number(body, "epoch");
  if (auto key = optional_text(body, "archive_key")) request.archive_key = archive::WrappedKey{*std::move(key)};
  if (request.operation == Operation::restore && !(request.job && request.archive_key)) {
    throw Error(ErrorCode::invalid_argument, "a request to restore needs job_id and archive_key");
  }
  return request;
}

}  // namespace tenure::messaging
