#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "identity/signing_keys.h"
#include "server/gateway.h"
#include "server/http_server.h"
#include "server/rate_limiter.h"
#include "tests/support/temporary_folder.h"

namespace tenure::test {

/// A real server on a free port of this machine, with everything in front of `router` that the product has.
class ListeningServer {
 public:
  explicit ListeningServer(server::Router router, server::HttpServerSettings settings = {},
                           server::RateLimit limit = {}, server::Directory directory = {});
  /// For routes that need the server's own keys, such as those that issue tokens.
  ListeningServer(const std::function<void(server::Router&, const identity::SigningKeys&, const Clock&)>& add_routes,
                  server::Directory directory, server::RateLimit limit = {});

  std::string url() const { return http_.url(); }
  std::uint16_t port() const { return http_.port(); }
  const identity::SigningKeys& keys() const { return keys_; }
  server::HttpServer& http() { return http_; }
  std::vector<server::AccessLine> access_lines() const;

  /// Tokens as the product makes them.
  Secret service_token(const std::string& audience = "tenure") const;
  /// Of a session that no directory knows.
  Secret user_token(const std::string& audience = "tenure") const;

 private:
  server::HttpServerSettings with_log(server::HttpServerSettings settings);
  void note(const server::AccessLine& line);

  const SystemClock clock_;
  const TemporaryFolder folder_;
  const identity::SigningKeys keys_;
  server::Router router_;
  const identity::TokenVerifier tokens_;
  server::RateLimiter limiter_;
  server::RateLimiter addresses_;
  server::RateLimiter passwords_;
  mutable std::mutex mutex_;
  std::vector<server::AccessLine> lines_;  // guarded by mutex_
  const server::Gateway gateway_;
  server::HttpServer http_;
};

}  // namespace tenure::test
