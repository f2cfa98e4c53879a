#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/assembly.h"
#include "cli/commands.h"
#include "erasure/job_runner.h"
#include "server/gateway.h"
#include "server/health_routes.h"
#include "server/http_server.h"
#include "server/job_routes.h"
#include "server/openapi_routes.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kDrain{20000};

/// Blocks SIGINT and SIGTERM in every thread that is started from now on, so that one thread can wait for them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    // A peer that went away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int received = 0;
    sigwait(&signals_, &received);
  }

 private:
  sigset_t signals_{};
};

std::vector<server::HostedService> chosen_services(const Assembly& assembly, const std::vector<std::string>& names) {
  auto hosted = assembly.hosted_services();
  if (names.empty()) return hosted;
  std::vector<server::HostedService> chosen;
  for (const auto& name : names) {
    const auto found = std::ranges::find(hosted, name, &server::HostedService::name);
    if (found == hosted.end()) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("--service {}: the estate holds no service of this name here", name));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<server::HealthCheck> health_checks(Assembly& assembly, const std::vector<server::HostedService>& services,
                                               bool with_control) {
  using pg::operator""_sql;
  std::vector<server::HealthCheck> checks;
  if (with_control) {
    checks.push_back({"control database", [&assembly](const Call& call) {
                        assembly.control().take(call)->exec("SELECT FROM tenure.deletion_jobs LIMIT 1"_sql);
                      }});
  }
  for (const auto& service : services) {
    if (!std::holds_alternative<estate::Database>(assembly.estate().find_service(service.name)->source)) continue;
    checks.push_back({service.name, [&assembly, name = service.name](const Call& call) {
                        assembly.postgres_store(name).ping(call);
                      }});
  }
  return checks;
}

erasure::RunnerHooks runner_hooks() {
  return {.on_event =
              [](const erasure::ErasureEvent& event) {
                if (event.service.empty()) {
                  spdlog::info(R"({{"event":"job","job":"{}","state":"{}"}})", event.job.str(),
                               jobs::to_string(event.job_state));
                }
              },
          .on_error =
              [](const std::string& what) {
                spdlog::error(R"({{"event":"job_error","error":{}}})", nlohmann::json(what).dump());
              }};
}

}  // namespace

int serve(const Options& options) {
  const StopSignals stop_signals;
  Assembly assembly({.estate_file = options.estate, .embedded = options.embedded, .state = options.state});
  const auto services = chosen_services(assembly, options.services);
  // With --service this process only holds data; jobs are another process's work.
  const bool orchestrates = options.services.empty();

  server::Router router;
  server::add_contract_routes(router, services, assembly.clock());
  server::add_health_routes(router, health_checks(assembly, services, orchestrates));
  server::add_openapi_routes(router);
  std::optional<erasure::JobRunner> runner;
  if (orchestrates) {
    assembly.install_control_schema();
    runner.emplace(assembly.jobs(), assembly.orchestrator(),
                   erasure::RunnerSettings{.owner = fmt::format("serve/{}", getpid())}, runner_hooks());
    server::add_job_routes(router, {assembly.jobs(), assembly.orchestrator(), assembly.erase_tenant(), *runner});
    runner->start();
  }

  server::RateLimiter limiter({}, assembly.clock());
  const server::Gateway gateway(router, assembly.keys(), assembly.clock(), limiter, server::access_log_on_stderr());
  server::HttpServer http({.listen = server::parse_listen_address(options.listen),
                           .on_refused = [&](int status, std::string_view why) { gateway.note_refused(status, why); }},
                          [&](server::Request request) { return gateway.answer(std::move(request)); });
  if (const auto* cluster = assembly.cluster()) {
    const auto parameters = cluster->database("postgres").parameters();
    std::cout << fmt::format("databases at host={} user={}\n", parameters.at("host"), parameters.at("user"));
  }
  std::cout << "listening on " << http.url() << std::endl;
  stop_signals.wait();
  std::cout << "stopping" << std::endl;
  http.stop(kDrain);
  if (runner) runner->stop(kDrain);
  return 0;
}

}  // namespace tenure::cli
