#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/ids.h"
#include "identity/principal.h"
#include "tenancy/role.h"

/// The values that routes are written against; nothing here knows the HTTP library.
namespace tenure::server {

using Fields = std::map<std::string, std::string, std::less<>>;

/// One request, as the filters hand it to a route. A value: a route may keep it.
struct Request {
  std::string method;      ///< upper case; a HEAD arrives at the route as GET
  std::string path;        ///< as sent, without the query
  std::string query_text;  ///< as sent, without the '?'
  Fields path_parameters;  ///< decoded; by the names in the route's pattern
  Fields query;            ///< decoded; a name given twice never gets here
  Fields headers;          ///< names in lower case; a repeated header's values are joined by ", "
  std::string body;
  std::string remote_address;
  std::string request_id;
  TraceContext trace = TraceContext::start();    ///< what the request is part of, by a span of its own
  std::optional<identity::Principal> principal;  ///< set on every route that is not public
  std::optional<TenantId> tenant;                ///< set on every route whose rule has a tenant
  std::optional<tenancy::Role> role;             ///< what a person is in that tenant
  std::stop_token stop;                          ///< asked to stop when the server must end before the route has

  /// A parameter of the route's pattern. @throws Error(internal) when the pattern has none of that name.
  const std::string& path_parameter(std::string_view name) const;
  std::optional<std::string> query_value(std::string_view name) const;
  /// A whole number in a query parameter; `fallback` when it is absent. @throws Error(invalid_argument) naming it.
  int query_integer(std::string_view name, int fallback) const;
  std::optional<std::string> header(std::string_view lower_case_name) const;
  /// @throws Error(invalid_argument) naming every query parameter that is not one of `known`.
  void allow_query(std::initializer_list<std::string_view> known) const;
  /// The call that a route passes on: at most `timeout`, stopped with the server, part of the request's
  /// trace, and for its caller.
  Call call_within(Milliseconds timeout) const { return Call{Deadline::after(timeout), stop, trace, actor()}; }
  /// Who the caller is to what is kept of it; nobody on a public route.
  std::optional<Actor> actor() const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Fields headers = {};       ///< beyond Content-Type, Content-Length and the request id
  std::string failure = {};  ///< of a 5xx: what went wrong, for the log alone
};

/// May throw Error, which becomes a problem+json, and anything else, which becomes a 500 without details.
/// Runs on a worker thread, several at a time.
using Handler = std::function<Response(const Request&)>;

Response json_answer(int status, const nlohmann::json& body);
/// 204, without a body.
Response no_content();

}  // namespace tenure::server
