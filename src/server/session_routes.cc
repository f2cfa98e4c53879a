#include "server/session_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/account_fields.h"
#include "server/body.h"
#include "server/client_address.h"
#include "server/log_in.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kTimeout{15000};
constexpr std::string_view kCookie = "tenure_session";
constexpr std::string_view kPath = "/api/v1/auth/session";

/// What the browser says of where a request comes from; other clients say nothing.
void require_own_page(const Request& request) {
  const auto site = request.header("sec-fetch-site").value_or("same-origin");
  if (site != "same-origin" && site != "none") {
    throw Error(ErrorCode::forbidden, "this route is for this server's own pages");
  }
}

/// The cookie's value; empty when there is none.
std::string cookie_of(const Request& request) {
  const auto header = request.header("cookie").value_or("");
  std::string_view left = header;
  while (!left.empty()) {
    const auto end = left.find_first_of(";,");
    auto pair = left.substr(0, end);
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == kCookie)
      return std::string(pair.substr(equals + 1));
  }
  return {};
}

bool is_encrypted(const Request& request, const std::vector<Network>& trusted_proxies) {
  return is_from_proxy(request, trusted_proxies) && request.header("x-forwarded-proto") == "https";
}

std::string cookie_line(std::string_view value, std::int64_t seconds, bool is_secure) {
  return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Strict{}", kCookie, value, kPath, seconds,
                     is_secure ? "; Secure" : "");
}

Response answer_with(const identity::TokenPair& tokens, bool is_secure) {
  auto response = json_answer(200, {{"access_token", tokens.access_token.reveal()},
                                    {"token_type", "Bearer"},
                                    {"expires_in", tokens.access_expires_in.count()}});
  response.headers["Set-Cookie"] =
      cookie_line(tokens.refresh_token.reveal(), tokens.refresh_expires_in.count(), is_secure);
  return response;
}

struct Session {
  AuthServices services;
  std::vector<Network> trusted_proxies;

  Response begin(const Request& request) const {
    require_own_page(request);
    const auto outcome = log_in_with(services, request);
    if (const auto* refused = std::get_if<Response>(&outcome)) return *refused;
    return answer_with(std::get<identity::TokenPair>(outcome), is_encrypted(request, trusted_proxies));
  }

  Response refresh(const Request& request) const {
    require_own_page(request);
    Body(request, {}).check();
    const auto token = cookie_of(request);
    if (token.empty()) return no_content();
    const bool is_secure = is_encrypted(request, trusted_proxies);
    try {
      return answer_with(services.login.refresh(Secret(token), request.call_within(kTimeout)), is_secure);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unauthenticated) throw;
      auto refused = problem(error, request.request_id);
      refused.headers["Set-Cookie"] = cookie_line("", 0, is_secure);
      return refused;
    }
  }

  Response end(const Request& request) const {
    require_own_page(request);
    Body(request, {}).check();
    const auto& principal = *request.principal;
    if (principal.session) {
      services.login.log_out(principal.user(), *principal.session, request.call_within(kTimeout));
    }
    auto response = no_content();
    response.headers["Set-Cookie"] = cookie_line("", 0, is_encrypted(request, trusted_proxies));
    return response;
  }
};

}  // namespace

void add_session_routes(Router& router, const AuthServices& services, std::vector<Network> trusted_proxies) {
  const auto session = std::make_shared<const Session>(Session{services, std::move(trusted_proxies)});
  const auto add = [&](const char* method, std::string pattern, Permission permission,
                       Response (Session::*handler)(const Request&) const) {
    router.add({.method = method,
                .pattern = std::move(pattern),
                .access = AccessRule::of(permission),
                .handler = [session, handler](const Request& request) {
                  request.allow_query({});
                  return ((*session).*handler)(request);
                }});
  };
  add("POST", std::string(kPath), Permission::log_in, &Session::begin);
  add("POST", std::string(kPath) + "/refresh", Permission::refresh_session, &Session::refresh);
  add("DELETE", std::string(kPath), Permission::log_out, &Session::end);
}

}  // namespace tenure::server
