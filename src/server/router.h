#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/access.h"
#include "server/http.h"

namespace tenure::server {

/// One line of the table. All four members are needed; `access` has no default on purpose:
///   router.add({.method = "GET", .pattern = "/api/v1/orders/tenant/{tenant_id}", .access = …, .handler = …});
/// A pattern is matched exactly: segment by segment, a {name} taking one non-empty segment. Literal segments are
/// compared as sent, so no encoding reaches a route under another spelling.
struct Route {
  std::string method;
  std::string pattern;
  AccessRule access;
  Handler handler;
};

/// Our own table of routes: built once, then read by all workers. A group of routes is a free function
/// `void add_…_routes(Router&, …)`.
class Router {
 public:
  struct Match {
    const Route* route;
    Fields path_parameters;
  };
  struct UnknownPath {};
  struct WrongMethod {
    std::string allow;  ///< the Allow header: the methods this path has
  };
  using Outcome = std::variant<Match, UnknownPath, WrongMethod>;

  /// @throws Error(internal) when the pattern is malformed or one of the same method and shape exists.
  void add(Route route);

  /// Finds the route of a path as it was sent. A GET route answers HEAD too. A literal segment wins over a parameter.
  /// @throws Error(invalid_argument) when the path itself is unacceptable: see split_path.
  Outcome find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const& { return routes_; }
  void routes() && = delete;  // they would outlive the router in a range-for

 private:
  std::vector<Route> routes_;
};

/// The segments of a path as sent: "/a/b/" → a, b, "". @throws Error(invalid_argument) for what different servers read
/// differently: encoded or doubled slashes, backslashes, "." and "..", ";", double encoding, control characters, what
/// is not UTF-8, broken percent signs.
std::vector<std::string_view> split_path(std::string_view path);

/// Percent-decodes; a '+' stays unless `plus_is_space`. @throws Error(invalid_argument) naming `what`.
std::string percent_decode(std::string_view text, std::string_view what, bool plus_is_space = false);

/// "a=1&b=two%20words" → {a: 1, b: two words}. @throws Error(invalid_argument) on a broken encoding or a repeated name.
Fields parse_query(std::string_view text);

}  // namespace tenure::server
