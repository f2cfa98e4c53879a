#include "store/remote/remote_store.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "store/contract_json.h"
#include "store/remote/remote_error.h"

namespace tenure::store {
namespace {

nlohmann::json body_of(const http::Answer& answer, const std::string& method) {
  if (answer.status >= 300) throw error_of_answer(answer, method);
  auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (body.is_discarded()) throw Error(ErrorCode::corrupt, "answer of the service: body: is not JSON");
  return body;
}

/// Each request is a hop of its own.
std::vector<std::string> trace_headers(const Call& call) {
  if (!call.trace) return {};
  return {"traceparent: " + call.trace->next().traceparent()};
}

std::vector<std::string> headers_of(const EraseRequest& request, const Call& call) {
  auto headers = trace_headers(call);
  if (!request.idempotency_key.empty()) headers.push_back("Idempotency-Key: " + request.idempotency_key);
  if (request.job) headers.push_back("X-Tenure-Job: " + request.job->str());
  headers.push_back(fmt::format("X-Tenure-Epoch: {}", request.epoch));
  if (request.archive_key) headers.push_back("X-Tenure-Archive-Key: " + request.archive_key->text);
  return headers;
}

std::vector<std::string> headers_of(const RestoreRequest& request, const Call& call) {
  auto headers = trace_headers(call);
  headers.push_back("X-Tenure-Job: " + request.job.str());
  headers.push_back(fmt::format("X-Tenure-Epoch: {}", request.epoch));
  headers.push_back("X-Tenure-Archive-Key: " + request.archive_key.text);
  return headers;
}

}  // namespace

RemoteStore::RemoteStore(Address address, std::function<Secret()> token)
    : address_(std::move(address)), token_(std::move(token)) {}

Preview RemoteStore::preview(const Subject& subject, const Call& call) {
  const auto answer = http::send({.method = "GET",
                                  .url = url_of(subject) + "/deletion-preview",
                                  .headers = trace_headers(call),
                                  .bearer = token_()},
                                 call);
  return preview_from_json(body_of(answer, "GET"));
}

Erasure RemoteStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  if (request.archive_key && !address_.archives) {
    throw Error(ErrorCode::refused, "the service keeps no archive (`archives: true` says that it does)");
  }
  const auto answer = http::send(
      {.method = "DELETE", .url = url_of(request.subject), .headers = headers_of(request, call), .bearer = token_()},
      call);
  auto erasure = erasure_from_json(body_of(answer, "DELETE"));
  erasure.is_replay = answer.headers.count("idempotent-replayed") > 0;
  if (progress) progress(erasure.deleted_counts);
  return erasure;
}

Residue RemoteStore::verify(const Subject& subject, const Call& call) {
  Residue residue;
  for (const auto& [table, rows] : preview(subject, call).data_counts) {
    if (rows > 0) residue.rows_left[table] = rows;
  }
  return residue;
}

Restoration RemoteStore::restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) {
  if (!address_.archives) return TenantDataStore::restore(request, call, progress);
  const auto answer = http::send({.method = "POST",
                                  .url = url_of(request.subject) + "/restore",
                                  .headers = headers_of(request, call),
                                  .bearer = token_()},
                                 call);
  auto restoration = restoration_from_json(body_of(answer, "POST"));
  restoration.is_replay = answer.headers.count("idempotent-replayed") > 0;
  if (progress) progress(restoration.restored_counts);
  return restoration;
}

std::string RemoteStore::url_of(const Subject& subject) const {
  const auto kind = kind_of(subject) == SubjectKind::tenant ? std::string("tenant") : address_.user_path;
  return fmt::format("{}/api/v1/{}/{}/{}", address_.url, address_.prefix, kind, id_of(subject));
}

}  // namespace tenure::store
