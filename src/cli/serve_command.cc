#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <utility>

#include "base/error.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/erasure_log.h"
#include "cli/log.h"
#include "cli/messages.h"
#include "cli/pool_keeper.h"
#include "erasure/job_runner.h"
#include "jobs/work_listener.h"
#include "server/health_routes.h"
#include "server/http_server.h"
#include "server/live_desk.h"
#include "server/live_feed.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kDrain{8000};
constexpr Milliseconds kNoticeDrain{3000};
constexpr Milliseconds kSweepInterval{std::chrono::minutes(1)};
constexpr Milliseconds kPoolInterval{5000};

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

const server::HostedService& find_hosted(const std::vector<server::HostedService>& hosted, const char* option,
                                         const std::string& name) {
  const auto found = std::ranges::find(hosted, name, &server::HostedService::name);
  if (found != hosted.end()) return *found;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} {}: the estate holds no service of this name here", option, name));
}

/// Those that are named; else all but those that the orchestrator reaches in another process.
std::vector<server::HostedService> chosen_services(const Assembly& assembly, const Options& options) {
  auto hosted = assembly.hosted_services();
  std::vector<server::HostedService> chosen;
  for (const auto& name : options.services) chosen.push_back(find_hosted(hosted, "--service", name));
  if (!options.services.empty()) return chosen;
  for (const auto& name : options.except) {
    const auto& service = find_hosted(hosted, "--except", name);
    if (!std::holds_alternative<estate::OverBroker>(assembly.estate().find_service(service.name)->via)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("--except {}: only a service with `via: event` can be held by a process that the "
                              "estate does not name",
                              name));
    }
    if (!assembly.broker()) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("--except {}: without a broker no other process gets its requests", name));
    }
  }
  for (auto& service : hosted) {
    const bool is_elsewhere =
        std::holds_alternative<estate::OverHttp>(assembly.estate().find_service(service.name)->via) ||
        std::ranges::find(options.except, service.name) != options.except.end();
    if (!is_elsewhere) chosen.push_back(std::move(service));
  }
  return chosen;
}

/// The services among `hosted` whose requests come by message.
MessageWork message_work(const Assembly& assembly, const std::vector<server::HostedService>& hosted,
                         bool orchestrates) {
  MessageWork work{.orchestrates = orchestrates, .logs_what_leaves = true};
  for (const auto& service : assembly.estate().services_by_message()) {
    if (std::ranges::find(hosted, service, &server::HostedService::name) != hosted.end()) work.held.push_back(service);
  }
  return work;
}

erasure::RunnerHooks runner_hooks(server::LiveFeed& feed) {
  return {.on_event = [&feed](const erasure::ErasureEvent& event) { feed.note(event); },
          .on_error = [](const std::string& what) { log_error("job_error", what); }};
}

void log_sweep(const erasure::SoftDeleteSweep::Outcome& outcome) {
  for (const auto& job : outcome.started) {
    log_line({{"event", "swept"}, {"job", job.str()}});
  }
  for (const auto& error : outcome.errors) {
    log_error("sweep_error", error);
  }
}

void log_archives(const erasure::ArchiveSweep::Outcome& outcome) {
  for (const auto& job : outcome.shredded) {
    log_line({{"event", "archive_destroyed"}, {"job", job.str()}});
  }
  for (const auto& error : outcome.errors) {
    log_error("archive_error", error);
  }
}

void log_checkpoint(const audit::Checkpoint& checkpoint) {
  auto line = nlohmann::json::parse(audit::to_json_text(checkpoint));
  line["event"] = "audit_checkpoint";
  log_line(std::move(line));
}

/// What an orchestrating process does beside answering and messages: it runs jobs, has them watched, and sweeps.
class Background {
 public:
  explicit Background(Assembly& assembly)
      : audit_(assembly.audit()),
        feed_(assembly.jobs(), assembly.control().settings()),
        provisioning_(assembly.provisioning()),
        sweep_(assembly.sweep()),
        archive_sweep_(assembly.archive_sweep()),
        notices_(assembly.notices()),
        runner_(assembly.jobs(), assembly.orchestrator(),
                erasure::RunnerSettings{.owner = fmt::format("serve/{}", getpid())}, runner_hooks(feed_)),
        control_(assembly.control().settings()) {
    assembly.observers().add(log_);
  }

  erasure::JobRunner& runner() { return runner_; }
  server::LiveFeed& feed() { return feed_; }

  void start() {
    notices_.start();
    runner_.start();
    listener_.emplace(control_, [this] { runner_.wake(); });
    if (sweep_ != nullptr) sweep_->start(kSweepInterval, log_sweep);
    if (archive_sweep_ != nullptr) archive_sweep_->start(kSweepInterval, log_archives);
    audit_.start(
        {.on_checkpoint = log_checkpoint, .on_error = [](const std::string& what) { log_error("audit_error", what); }});
    if (provisioning_ != nullptr && provisioning_->has_pools()) {
      pools_.emplace(*provisioning_, kPoolInterval, [](const std::string& what) { log_error("pool_error", what); });
    }
  }

  void stop() {
    pools_.reset();
    if (sweep_ != nullptr) sweep_->stop();
    if (archive_sweep_ != nullptr) archive_sweep_->stop();
    listener_.reset();
    runner_.stop(kDrain);
    notices_.stop(kNoticeDrain);
    audit_.stop();
  }

 private:
  ErasureLog log_;
  audit::Keeper& audit_;
  server::LiveFeed feed_;
  SchemaProvisioning* const provisioning_;
  erasure::SoftDeleteSweep* const sweep_;
  erasure::ArchiveSweep* const archive_sweep_;
  DeletionNotices& notices_;
  erasure::JobRunner runner_;
  const pg::ConnectionSettings control_;
  std::optional<PoolKeeper> pools_;
  std::optional<jobs::WorkListener> listener_;  // last: it uses the runner
};

/// Of who reads metrics. Its text stands in no message.
Secret metrics_token() {
  constexpr std::size_t kShortest = 16;
  constexpr const char* kName = "TENURE_METRICS_TOKEN";
  auto given = environment_variable(kName);
  if (!given || given->empty()) return {};
  Secret token(*std::move(given));
  const auto is_sign = [](char letter) { return letter > 0x20 && letter < 0x7f; };
  if (token.reveal().size() >= kShortest && std::ranges::all_of(token.reveal(), is_sign)) return token;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: must be at least {} letters, digits and signs without spaces", kName, kShortest));
}

bool holds_tenant_record(const Assembly& assembly, const std::vector<server::HostedService>& services) {
  const auto& record = assembly.estate().tenants;
  return record && std::ranges::find(services, record->service, &server::HostedService::name) != services.end();
}

/// Does something once, at the latest when it is destroyed.
class LeavesFirst {
 public:
  explicit LeavesFirst(std::function<void()> work) : work_(std::move(work)) {}
  ~LeavesFirst() { leave(); }
  LeavesFirst(const LeavesFirst&) = delete;
  LeavesFirst& operator=(const LeavesFirst&) = delete;

  void leave() {
    if (const auto work = std::exchange(work_, nullptr)) work();
  }

 private:
  std::function<void()> work_;
};

}  // namespace

int serve(const Options& options) {
  const StopSignals stop_signals;
  auto token = metrics_token();
  Assembly assembly(assembly_settings(options));
  assembly.check_archive();
  const auto services = chosen_services(assembly, options);
  // With --service this process only holds data; accounts, tenants and jobs are another process's work.
  const bool orchestrates = options.services.empty();
  if (orchestrates || holds_tenant_record(assembly, services)) assembly.install_tenancy_schema();
  if (orchestrates) assembly.install_control_schema();
  // A faulty key is noticed now, not when somebody needs a report.
  if (orchestrates) assembly.evidence_key();
  Messages messages(assembly, message_work(assembly, services, orchestrates));
  messages.start();
  std::optional<Background> background;
  if (orchestrates) {
    background.emplace(assembly);
    background->start();
  }
  const Api api(assembly, {.hosted = services,
                           .runner = background ? &background->runner() : nullptr,
                           .log = server::access_log_on_stderr(),
                           .metrics_token = std::move(token)});
  std::optional<server::LiveDesk> desk;
  if (background) {
    auto* tenants = assembly.tenants();
    desk.emplace(background->feed(), api.gateway(), tenants == nullptr ? nullptr : &tenants->members,
                 assembly.estate().limits.trusted_proxies);
  }
  server::HttpServerSettings http_settings{
      .listen = server::parse_listen_address(options.listen),
      .immediate_paths = {std::string(server::kLivePath)},
      .on_refused = [&](const server::RefusedRequest& refused) { api.note_refused(refused); }};
  if (desk) {
    http_settings.socket_path = server::kFeedPath;
    http_settings.may_open_socket = [&](const server::Request& request) { return desk->has_room_for(request); };
    http_settings.on_socket = [&](std::shared_ptr<server::WebSocket> socket, server::Request request) {
      return desk->accept(std::move(socket), std::move(request));
    };
  }
  server::HttpServer http(std::move(http_settings),
                          [&](server::Request request) { return api.answer(std::move(request)); });
  // The desk's sockets are the server's: it stops talking before that goes, whatever ends this function.
  LeavesFirst stopping{[&] {
    http.stop(kDrain);
    desk.reset();
  }};
  if (const auto* cluster = assembly.cluster()) {
    const auto parameters = cluster->database("postgres").parameters();
    std::cout << fmt::format("databases at host={} user={}\n", parameters.at("host"), parameters.at("user"));
  }
  std::cout << "listening on " << http.url() << std::endl;
  stop_signals.wait();
  std::cout << "stopping" << std::endl;
  stopping.leave();
  if (background) background->stop();
  messages.stop(kDrain);
  return 0;
}

}  // namespace tenure::cli
