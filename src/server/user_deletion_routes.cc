#include "server/user_deletion_routes.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/body.h"
#include "server/job_access.h"
#include "server/job_answer.h"
#include "server/order_terms.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};
constexpr Milliseconds kPasswordTimeout{30000};

UserId user_of(const Request& request) { return UserId::parse(request.path_parameter("user_id")); }

std::optional<UserId> person_of(const Request& request) {
  if (!request.principal->is_user()) return std::nullopt;
  return request.principal->user();
}

Response preview(const UserDeletionServices& services, const Request& request) {
  request.allow_query({});
  const auto found = services.erase_user.preview(user_of(request), request.call_within(kLookupTimeout));
  return json_answer(200, erasure::user_preview_to_json(found));
}

Response erase(const UserDeletionServices& services, const UserId& user, const OrderTerms& terms,
               const Request& request) {
  const erasure::EraseUser::Order order{.user = user,
                                        .initiated_by = person_of(request),
                                        .run_at = terms.run_at,
                                        .priority = terms.priority.value_or(0),
                                        .by = actor_of(request)};
  const auto job = services.erase_user.enqueue(order, request.call_within(kLookupTimeout));
  return answer_for_job(services.runner, services.waits, job, request);
}

Response erase_user(const UserDeletionServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"run_at", "priority"});
  const auto terms = order_terms_of(body, request);
  body.check();
  return erase(services, user_of(request), terms, request);
}

Response erase_own_account(const UserDeletionServices& services, const Request& request) {
  request.allow_query({});
  Body body(request, {"password"});
  const auto password = body.secret("password");
  body.check();
  const auto user = request.principal->user();
  services.login->require_password(user, password, request.call_within(kPasswordTimeout));
  return erase(services, user, {}, request);
}

}  // namespace

void add_user_deletion_routes(Router& router, const UserDeletionServices& services) {
  const auto bound = [&](Response (*handler)(const UserDeletionServices&, const Request&)) {
    return [services, handler](const Request& request) { return handler(services, request); };
  };
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/users/{user_id}/deletion-preview",
              .access = AccessRule::of(Permission::preview_user_deletion),
              .handler = bound(&preview)});
  router.add({.method = "DELETE",
              .pattern = "/api/v1/auth/users/{user_id}",
              .access = AccessRule::of(Permission::delete_user),
              .handler = bound(&erase_user)});
  if (services.login == nullptr) return;
  router.add({.method = "DELETE",
              .pattern = "/api/v1/auth/me/account",
              .access = AccessRule::of(Permission::delete_own_account),
              .handler = bound(&erase_own_account)});
}

}  // namespace tenure::server
