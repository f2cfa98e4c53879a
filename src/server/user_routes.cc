#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/account_fields.h"
#include "server/account_json.h"
#include "server/auth_routes.h"
#include "server/body.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kTimeout{15000};
constexpr Milliseconds kPasswordTimeout{30000};

UserId user_of(const Request& request) { return UserId::parse(request.path_parameter("user_id")); }

Response list_users(const AuthServices& services, const Request& request) {
  request.allow_query({"limit", "cursor"});
  const auto page = services.accounts.list(request.query_integer("limit", 100), request.query_value("cursor"),
                                           request.call_within(kTimeout));
  nlohmann::json users = nlohmann::json::array();
  for (const auto& account : page.accounts) users.push_back(account_to_json(account));
  return json_answer(200, {{"users", std::move(users)},
                           {"next_cursor", page.next.empty() ? nlohmann::json() : nlohmann::json(page.next)}});
}

Response create_user(const AuthServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"email", "full_name", "password", "is_platform_admin"});
  const auto email = body.parsed("email", email_of);
  const auto full_name = body.parsed("full_name", identity::checked_full_name);
  const auto is_admin = body.optional_flag("is_platform_admin").value_or(false);
  std::optional<Secret> password;
  if (body.has("password")) password = body.parsed("password", new_password_of("password"));
  body.check();
  identity::NewAccount account{
      .email = email.value(), .full_name = full_name.value(), .password_hash = {}, .is_platform_admin = is_admin};
  const auto call = request.call_within(kPasswordTimeout);
  if (password) account.password_hash = services.hasher.hash(*password, call);
  const auto added = services.accounts.add(account, call);
  if (!added) throw Error(ErrorCode::conflict, "email: it has an account already");
  auto response = json_answer(201, account_to_json(*added));
  response.headers["Location"] = fmt::format("/api/v1/auth/users/{}", added->id.str());
  return response;
}

Response show_user(const AuthServices& services, const Request& request) {
  request.allow_query({});
  return json_answer(200, account_to_json(services.accounts.get(user_of(request), request.call_within(kTimeout))));
}

Response change_user(const AuthServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"full_name", "is_active", "is_platform_admin"});
  const identity::AccountChange change{.full_name = body.optional_text("full_name"),
                                       .is_platform_admin = body.optional_flag("is_platform_admin"),
                                       .is_active = body.optional_flag("is_active")};
  body.check();
  const auto user = user_of(request);
  const bool is_self = request.principal->is_user() && request.principal->user() == user;
  if (is_self && (change.is_active == false || change.is_platform_admin == false)) {
    throw Error(ErrorCode::conflict, "user_id: nobody suspends or demotes their own account");
  }
  return json_answer(200, account_to_json(services.accounts.update(user, change, request.call_within(kTimeout))));
}

}  // namespace

void add_user_routes(Router& router, const AuthServices& services) {
  const auto add = [&](const char* method, const char* pattern, Permission permission,
                       Response (*handler)(const AuthServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) { return handler(services, request); }});
  };
  add("GET", "/api/v1/auth/users", Permission::read_users, &list_users);
  add("POST", "/api/v1/auth/users", Permission::change_users, &create_user);
  add("GET", "/api/v1/auth/users/{user_id}", Permission::read_users, &show_user);
  add("PATCH", "/api/v1/auth/users/{user_id}", Permission::change_users, &change_user);
}

}  // namespace tenure::server
