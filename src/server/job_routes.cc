#include "server/job_routes.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};
constexpr Milliseconds kLongestWait{std::chrono::minutes(10)};

TenantId tenant_of(const Request& request) { return TenantId::parse(request.path_parameter("tenant_id")); }

int parse_limit(const std::string& text) {
  int limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(ErrorCode::invalid_argument, "limit: not a whole number");
  }
  return limit;
}

jobs::JobFilter filter_of(const Request& request) {
  request.allow_query({"tenant_id", "status", "limit", "cursor"});
  jobs::JobFilter filter;
  if (const auto tenant = request.query_value("tenant_id")) filter.tenant = TenantId::parse(*tenant);
  if (const auto status = request.query_value("status")) filter.state = jobs::parse_job_state(*status);
  if (const auto limit = request.query_value("limit")) filter.limit = parse_limit(*limit);
  filter.cursor = request.query_value("cursor");
  return filter;
}

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

Response accepted(const JobId& job) {
  Response response = json_answer(202, {{"job_id", job.str()}});
  response.headers["Location"] = fmt::format("/api/v1/auth/deletion-jobs/{}", job.str());
  return response;
}

Response show_job(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto job = services.store.get(JobId::parse(request.path_parameter("job_id")));
  return json_answer(200, erasure::job_to_json(job));
}

Response list_jobs(const JobServices& services, const Request& request) {
  return json_answer(200, erasure::job_page_to_json(services.store.list(filter_of(request))));
}

Response preview_tenant(const JobServices& services, const Request& request) {
  request.allow_query({});
  const auto preview = services.erase_tenant.preview(tenant_of(request), request.call_within(kLookupTimeout));
  return json_answer(200, erasure::preview_to_json(preview));
}

Response erase_tenant(const JobServices& services, const Request& request) {
  request.allow_query({});
  const erasure::EraseTenant::Order order{.tenant = tenant_of(request), .initiated_by = std::nullopt};
  const JobId job = services.erase_tenant.enqueue(order, request.call_within(kLookupTimeout));
  services.runner.wake();
  if (prefers_async(request)) {
    Response response = accepted(job);
    response.headers["Preference-Applied"] = "respond-async";
    return response;
  }
  try {
    const auto ended = services.runner.wait_for_end(job, request.call_within(kLongestWait));
    return json_answer(ended.state == jobs::JobState::completed ? 200 : 500, erasure::job_to_json(ended));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timeout) throw;
    return accepted(job);
  }
}

}  // namespace

void add_job_routes(Router& router, const JobServices& services) {
  const auto bound = [&](Response (*handler)(const JobServices&, const Request&)) {
    return [services, handler](const Request& request) { return handler(services, request); };
  };
  const auto access = AccessRule::service_only();
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/deletion-jobs/{job_id}",
              .access = access,
              .handler = bound(&show_job)});
  router.add(
      {.method = "GET", .pattern = "/api/v1/auth/deletion-jobs", .access = access, .handler = bound(&list_jobs)});
  router.add({.method = "GET",
              .pattern = "/api/v1/deletion-preview/{tenant_id}",
              .access = access,
              .handler = bound(&preview_tenant)});
  router.add({.method = "DELETE",
              .pattern = "/api/v1/tenants/{tenant_id}",
              .access = access,
              .handler = bound(&erase_tenant)});
}

}  // namespace tenure::server
