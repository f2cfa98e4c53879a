#pragma once

#include <functional>
#include <optional>

#include "base/clock.h"
#include "server/access_log.h"
#include "server/filters.h"
#include "server/http.h"
#include "server/http_server.h"
#include "server/router.h"

namespace tenure::server {

/// What stands in front of every route: runs the filters in their order, then the route, turns errors into
/// problem+json, and writes the access log. Thread-safe; everything it is given must outlive it.
class Gateway {
 public:
  /// Whether a WebSocket may go on: its caller, or the status with which a request would have been refused.
  struct Admission {
    std::optional<identity::Principal> principal;
    int status = 101;
  };

  Gateway(const Router& router, const identity::TokenVerifier& tokens, Directory directory, RateLimiters limiters,
          const Clock& clock, AccessLog log);

  Response answer(Request request) const noexcept;
  /// Decides about a WebSocket as about a request to its route: `request` is the one that opened it, with the token
  /// that came over it as its Authorization. `is_again` is a look at a socket that is open: it is not counted or
  /// logged.
  Admission admit_socket(Request request, bool is_again) const noexcept;
  /// For HttpServerSettings::on_refused: what never became a request is in the access log too.
  void note_refused(const RefusedRequest& refused) const;

 private:
  using Answering = std::function<Response(Request&, AccessLine&)>;
  Response guarded(Request& request, AccessLine& line, const Answering& answering) const noexcept;
  Response run(Request& request, AccessLine& line) const;
  void admit(const AccessRule& rule, Request& request) const;

  const Router& router_;
  const identity::TokenVerifier& tokens_;
  const Directory directory_;
  const RateLimiters limiters_;
  const Clock& clock_;
  const AccessLog log_;
};

}  // namespace tenure::server
