#include "server/auth_routes.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/account_fields.h"
#include "server/account_json.h"
#include "server/body.h"
#include "server/log_in.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kTimeout{15000};
constexpr Milliseconds kPasswordTimeout{30000};

/// The session that the caller's token belongs to. @throws Error(refused) for a user of another provider.
Uuid session_of(const Request& request) {
  if (!request.principal->session) throw Error(ErrorCode::refused, "session: it is the identity provider's to end");
  return *request.principal->session;
}

nlohmann::json tokens_to_json(const identity::TokenPair& tokens) {
  return {{"access_token", tokens.access_token.reveal()},
          {"token_type", "Bearer"},
          {"expires_in", tokens.access_expires_in.count()},
          {"refresh_token", tokens.refresh_token.reveal()},
          {"refresh_expires_in", tokens.refresh_expires_in.count()}};
}

Response sign_up(const AuthServices& services, const Request& request) {
  Body body(request, {"email", "full_name", "password"});
  const auto email = body.parsed("email", email_of);
  const auto full_name = body.parsed("full_name", identity::checked_full_name);
  const auto password = body.parsed("password", new_password_of("password"));
  body.check();
  services.login.sign_up(email.value(), full_name.value(), password.value(), request.call_within(kPasswordTimeout));
  return json_answer(202, {{"message", "if this address had no account, it has one now; log in with the password"}});
}

Response log_in(const AuthServices& services, const Request& request) {
  const auto outcome = log_in_with(services, request);
  if (const auto* refused = std::get_if<Response>(&outcome)) return *refused;
  return json_answer(200, tokens_to_json(std::get<identity::TokenPair>(outcome)));
}

Response refresh(const AuthServices& services, const Request& request) {
  Body body(request, {"refresh_token"});
  const auto token = body.secret("refresh_token");
  body.check();
  return json_answer(200, tokens_to_json(services.login.refresh(token, request.call_within(kTimeout))));
}

Response log_out(const AuthServices& services, const Request& request) {
  Body body(request, {"everywhere"});
  const bool everywhere = body.optional_flag("everywhere").value_or(false);
  body.check();
  const auto user = request.principal->user();
  if (everywhere) {
    services.login.log_out_everywhere(user, request.call_within(kTimeout));
  } else {
    services.login.log_out(user, session_of(request), request.call_within(kTimeout));
  }
  return no_content();
}

Response show_me(const AuthServices& services, const Request& request) {
  return json_answer(200,
                     account_to_json(services.accounts.get(request.principal->user(), request.call_within(kTimeout))));
}

Response change_me(const AuthServices& services, const Request& request) {
  Body body(request, {"full_name"});
  const auto full_name = body.text("full_name");
  body.check();
  return json_answer(200, account_to_json(services.accounts.update(request.principal->user(), {.full_name = full_name},
                                                                   request.call_within(kTimeout))));
}

Response change_password(const AuthServices& services, const Request& request) {
  Body body(request, {"current_password", "new_password"});
  const auto current = body.secret("current_password");
  const auto next = body.parsed("new_password", new_password_of("new_password"));
  body.check();
  services.login.change_password(request.principal->user(), session_of(request), current, next.value(),
                                 request.call_within(kPasswordTimeout));
  return no_content();
}

}  // namespace

void add_auth_routes(Router& router, const AuthServices& services) {
  const auto add = [&](const char* method, const char* pattern, Permission permission,
                       Response (*handler)(const AuthServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  request.allow_query({});
                  return handler(services, request);
                }});
  };
  add("POST", "/api/v1/auth/register", Permission::sign_up, &sign_up);
  add("POST", "/api/v1/auth/login", Permission::log_in, &log_in);
  add("POST", "/api/v1/auth/refresh", Permission::refresh_session, &refresh);
  add("POST", "/api/v1/auth/logout", Permission::log_out, &log_out);
  add("GET", "/api/v1/auth/me", Permission::read_own_account, &show_me);
  add("PATCH", "/api/v1/auth/me", Permission::change_own_account, &change_me);
  add("POST", "/api/v1/auth/me/password", Permission::change_own_password, &change_password);
}

}  // namespace tenure::server
