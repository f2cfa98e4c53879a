#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/permissions.h"
#include "server/router.h"

namespace tenure::server {

/// Who may call a route and what they are answered, written down a second time: what the product's table is compared
/// with, and what the running API is.
struct WrittenRoute {
  const char* route;        ///< method and pattern; a service's prefix reads {svc}, its user path {user_path}
  const char* who;          ///< "owner, admin, service"; "anyone" needs no token, "person" is whoever has logged in
  const char* tenant = "";  ///< in which states of the tenant its members may: "live", "any"; none is in the path: ""
  int success = 200;        ///< what who may is answered when all is in order
  int refusal = 403;        ///< what a person is answered who may not
  const char* counted = "caller";  ///< "account", "address", "nothing"

  std::string method() const;
  std::string pattern() const;
  /// As the name of a test: "DELETE_tenants_tenant_id".
  std::string test_name() const;
};

/// How a test prints it.
std::ostream& operator<<(std::ostream& out, const WrittenRoute& written);

std::span<const WrittenRoute> written_routes();
/// @throws std::out_of_range when nobody wrote it down.
const WrittenRoute& written_route(std::string_view route);

/// "owner, admin, service" as a set. @throws std::invalid_argument for a word that is no kind of caller.
Callers callers_of(std::string_view who);

/// Those of the written routes that are open to everybody, and the others.
std::vector<WrittenRoute> public_routes();
std::vector<WrittenRoute> guarded_routes();

/// Whether one who is all of `kinds` may call.
bool may_call(const WrittenRoute& written, Callers kinds);
bool is_for_services_only(const WrittenRoute& written);
/// Whether whoever has logged in may call, wherever they belong.
bool is_for_any_person(const WrittenRoute& written);

/// The routes of a process that the written one stands for: one, or one of each service.
std::vector<const Route*> running_routes(const Router& router, std::string_view written);

/// The route's name in the written table: its method and pattern with {svc} and {user_path} for a service's own.
std::string written_name(const Route& route);

}  // namespace tenure::server
