#include "server/gateway.h"

#include <typeinfo>
#include <utility>
#include <variant>

#include "base/error.h"
#include "server/filters.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{10000};

std::string_view kind_of(const std::optional<identity::Principal>& principal) {
  if (!principal) return "none";
  return principal->is_service() ? "service" : "user";
}

/// Answers are about one caller and one moment, and are JSON whatever a browser thinks.
void add_common_headers(Response& response, const Request& request) {
  response.headers["X-Request-Id"] = request.request_id;
  response.headers.try_emplace("X-Content-Type-Options", "nosniff");
  response.headers.try_emplace("Cache-Control", "no-store");
}

Response after(const Error& error, const Request& request, AccessLine& line) {
  const bool is_to_service = request.principal && request.principal->is_service();
  auto response = problem(error, request.request_id, is_to_service ? Audience::service : Audience::anyone);
  if (response.status >= 500) line.error = error.what();
  return response;
}

}  // namespace

Gateway::Gateway(const Router& router, const identity::TokenVerifier& tokens, Directory directory,
                 RateLimiters limiters, const Clock& clock, AccessLog log)
    : router_(router),
      tokens_(tokens),
      directory_(directory),
      limiters_(limiters),
      clock_(clock),
      log_(std::move(log)) {}

Response Gateway::answer(Request request) const noexcept {
  const auto started = clock_.monotonic();
  request.request_id = request_id_for(request);
  request.trace = trace_for(request);
  AccessLine line{.method = request.method, .request_id = request.request_id, .trace_id = request.trace.trace_id()};
  auto response = guarded(request, line, [this](Request& asked, AccessLine& about) { return run(asked, about); });
  add_common_headers(response, request);
  if (!response.failure.empty()) line.error = response.failure;
  line.status = response.status;
  line.duration = std::chrono::duration_cast<Milliseconds>(clock_.monotonic() - started);
  log_(line);
  return response;
}

Response Gateway::guarded(Request& request, AccessLine& line, const Answering& answering) const noexcept {
  try {
    return answering(request, line);
  } catch (const Error& error) {
    return after(error, request, line);
  } catch (const std::exception& error) {
    // Its text may hold anything, a person's data too; its type does not.
    return after(Error(ErrorCode::internal, typeid(error).name()), request, line);
  } catch (...) {
    return after(Error(ErrorCode::internal, "an exception of an unknown type"), request, line);
  }
}

Gateway::Admission Gateway::admit_socket(Request request, bool is_again) const noexcept {
  request.trace = trace_for(request);
  AccessLine line{.method = request.method, .request_id = request.request_id, .trace_id = request.trace.trace_id()};
  const auto response = guarded(request, line, [&](Request& asked, AccessLine& about) {
    const auto outcome = find_route(router_, asked);
    const auto& rule = std::get<Router::Match>(outcome).route->access;
    about.route = std::get<Router::Match>(outcome).route->pattern;
    asked.principal = read_token(rule, asked, tokens_);
    about.principal = kind_of(asked.principal);
    if (!is_again) {
      if (auto refused = limit_rate(limiters_, rule, asked)) return *std::move(refused);
    }
    require_kind(rule, asked.principal);
    admit(rule, asked);
    return Response{.status = 101, .body = {}};
  });
  line.status = response.status;
  if (!is_again) log_(line);
  if (response.status != 101) return {.principal = std::nullopt, .status = response.status};
  return {.principal = std::move(request.principal)};
}

void Gateway::note_refused(const RefusedRequest& refused) const {
  log_({.status = refused.status, .request_id = refused.request_id, .error = std::string(refused.why)});
}

Response Gateway::run(Request& request, AccessLine& line) const {
  auto outcome = find_route(router_, request);
  if (std::holds_alternative<Router::UnknownPath>(outcome)) {
    return http_problem(404, "there is nothing at this path", request.request_id);
  }
  if (const auto* wrong = std::get_if<Router::WrongMethod>(&outcome)) {
    auto response = http_problem(405, "this path has other methods: " + wrong->allow, request.request_id);
    response.headers["Allow"] = wrong->allow;
    return response;
  }
  auto& [route, path_parameters] = std::get<Router::Match>(outcome);
  line.route = route->pattern;
  request.path_parameters = std::move(path_parameters);

  request.principal = read_token(route->access, request, tokens_);
  line.principal = kind_of(request.principal);
  if (auto refused = limit_rate(limiters_, route->access, request)) return *std::move(refused);
  require_kind(route->access, request.principal);
  if (request.principal) admit(route->access, request);

  request.query = parse_query(request.query_text);
  if (request.method == "HEAD") request.method = "GET";
  return route->handler(request);
}

void Gateway::admit(const AccessRule& rule, Request& request) const {
  const auto call = request.call_within(kLookupTimeout);
  check_standing(directory_, *request.principal, call);
  request.tenant = find_tenant(rule, directory_, request, call);
  const auto access = find_access(rule, directory_, *request.principal, request.tenant, call);
  require_access(rule, *request.principal, access);
  if (access) request.role = access->role;
}

}  // namespace tenure::server
