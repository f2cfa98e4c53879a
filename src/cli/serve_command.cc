#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "erasure/job_runner.h"
#include "events/outbox.h"
#include "jobs/work_listener.h"
#include "server/http_server.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kDrain{8000};
constexpr Milliseconds kSweepInterval{std::chrono::minutes(1)};
constexpr Milliseconds kRelayInterval{1000};
constexpr Milliseconds kRelayTimeout{10000};

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

void log_sweep(const erasure::SoftDeleteSweep::Outcome& outcome) {
  for (const auto& job : outcome.started) {
    spdlog::info(R"({{"event":"swept","job":"{}"}})", job.str());
  }
  for (const auto& error : outcome.errors) {
    spdlog::error(R"({{"event":"sweep_error","error":{}}})", nlohmann::json(error).dump());
  }
}

void log_archives(const erasure::ArchiveSweep::Outcome& outcome) {
  for (const auto& job : outcome.shredded) {
    spdlog::info(R"({{"event":"archive_destroyed","job":"{}"}})", job.str());
  }
  for (const auto& error : outcome.errors) {
    spdlog::error(R"({{"event":"archive_error","error":{}}})", nlohmann::json(error).dump());
  }
}

void log_event(const events::Delivery& delivery) {
  spdlog::info(R"({{"event":"published","number":{},"topic":"{}","payload":{}}})", delivery.number,
               delivery.event.topic, delivery.event.payload);
}

/// What an orchestrating process does beside answering: it runs jobs, sweeps, and relays events.
class Background {
 public:
  explicit Background(Assembly& assembly)
      : sweep_(assembly.sweep()),
        archive_sweep_(assembly.archive_sweep()),
        runner_(assembly.jobs(), assembly.orchestrator(),
                erasure::RunnerSettings{.owner = fmt::format("serve/{}", getpid())}, runner_hooks()),
        relay_(assembly.control(), log_event),
        control_(assembly.control().settings()) {}

  erasure::JobRunner& runner() { return runner_; }

  void start() {
    runner_.start();
    listener_.emplace(control_, [this] { runner_.wake(); });
    if (sweep_ != nullptr) sweep_->start(kSweepInterval, log_sweep);
    if (archive_sweep_ != nullptr) archive_sweep_->start(kSweepInterval, log_archives);
    relaying_ = std::jthread([this](const std::stop_token& stop) { relay(stop); });
  }

  void stop() {
    if (sweep_ != nullptr) sweep_->stop();
    if (archive_sweep_ != nullptr) archive_sweep_->stop();
    listener_.reset();
    runner_.stop(kDrain);
    relaying_.request_stop();
    if (relaying_.joinable()) relaying_.join();
  }

 private:
  void relay(const std::stop_token& stop) {
    // Once more after the stop, for the events of the last jobs.
    for (bool is_last = false; !is_last;) {
      is_last = stop.stop_requested();
      try {
        relay_.deliver_pending(Call::within(kRelayTimeout));
      } catch (const Error& error) {
        spdlog::error(R"({{"event":"relay_error","error":{}}})", nlohmann::json(error.what()).dump());
      }
      std::unique_lock lock(mutex_);
      if (!is_last) stopped_.wait_for(lock, stop, kRelayInterval, [] { return false; });
    }
  }

  erasure::SoftDeleteSweep* const sweep_;
  erasure::ArchiveSweep* const archive_sweep_;
  erasure::JobRunner runner_;
  events::OutboxRelay relay_;
  const pg::ConnectionSettings control_;
  std::optional<jobs::WorkListener> listener_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread relaying_;  // last: it uses all of the above
};

bool holds_tenant_record(const Assembly& assembly, const std::vector<server::HostedService>& services) {
  const auto& record = assembly.estate().tenants;
  return record && std::ranges::find(services, record->service, &server::HostedService::name) != services.end();
}

}  // namespace

int serve(const Options& options) {
  const StopSignals stop_signals;
  Assembly assembly(assembly_settings(options));
  assembly.check_archive();
  const auto services = chosen_services(assembly, options.services);
  // With --service this process only holds data; accounts, tenants and jobs are another process's work.
  const bool orchestrates = options.services.empty();
  if (orchestrates || holds_tenant_record(assembly, services)) assembly.install_tenancy_schema();
  std::optional<Background> background;
  if (orchestrates) {
    assembly.install_control_schema();
    background.emplace(assembly);
    background->start();
  }
  const Api api(assembly, {.hosted = services,
                           .runner = background ? &background->runner() : nullptr,
                           .log = server::access_log_on_stderr()});
  server::HttpServer http({.listen = server::parse_listen_address(options.listen),
                           .on_refused = [&](const server::RefusedRequest& refused) { api.note_refused(refused); }},
                          [&](server::Request request) { return api.answer(std::move(request)); });
  if (const auto* cluster = assembly.cluster()) {
    const auto parameters = cluster->database("postgres").parameters();
    std::cout << fmt::format("databases at host={} user={}\n", parameters.at("host"), parameters.at("user"));
  }
  std::cout << "listening on " << http.url() << std::endl;
  stop_signals.wait();
  std::cout << "stopping" << std::endl;
  http.stop(kDrain);
  if (background) background->stop();
  return 0;
}

}  // namespace tenure::cli
