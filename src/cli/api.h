#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/turns.h"
#include "cli/assembly.h"
#include "erasure/job_runner.h"
#include "identity/token_verifier.h"
#include "server/api_routes.h"
#include "server/gateway.h"

namespace tenure::cli {

/// What a process is to answer.
struct ApiSettings {
  std::vector<server::HostedService> hosted;  ///< whose deletion contract it serves
  erasure::JobRunner* runner = nullptr;  ///< null: only that contract; accounts, tenants and jobs are another process's
  server::AccessLog log;
  Secret metrics_token = {};  ///< of who reads metrics beside operators; empty: nobody
  /// Orders that may wait for the end of their job at once, each on a worker of the server.
  int job_waits = static_cast<int>(server::HttpServerSettings().workers) / 4;
};

/// Every route of a process over one estate, behind the gateway; with or without HTTP in front. Thread-safe.
class Api {
 public:
  /// `assembly` and the runner outlive it.
  Api(Assembly& assembly, const ApiSettings& settings);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  server::Response answer(server::Request request) const noexcept { return gateway_.answer(std::move(request)); }
  void note_refused(const server::RefusedRequest& refused) const { gateway_.note_refused(refused); }
  const server::Router& router() const { return router_; }
  const server::Gateway& gateway() const { return gateway_; }

 private:
  server::Router make_router(Assembly& assembly, const ApiSettings& settings);
  static server::Directory directory_of(Assembly& assembly, const ApiSettings& settings);

  server::RateLimiter callers_;
  server::RateLimiter addresses_;
  server::RateLimiter passwords_;
  Turns job_waits_;
  std::optional<server::TenancyServices> tenancy_;  ///< what job routes refer to
  const server::Router router_;
  const identity::TokenVerifier tokens_;
  const server::Gateway gateway_;
};

}  // namespace tenure::cli
