#include "tests/crash/nemesis.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "base/pause.h"
#include "events/rabbitmq/topology.h"
#include "tests/crash/scenario.h"

namespace tenure::crash {
namespace {

constexpr int kTenants = 6;
constexpr int kOrchestrators = 2;
constexpr const char* kHeld = "media";
constexpr int kKilled = 128 + SIGKILL;
constexpr Milliseconds kRecovery{std::chrono::minutes(2)};
constexpr Milliseconds kBetweenLooks{100};

/// The virtual host of all runs, of which each leaves it without queues.
const test::TestBroker& broker() {
  static const test::TestBroker instance;
  return instance;
}

EstateOptions mixed_estate() {
  return {.timeout = "5s",
          .via = {{"orders", "event"}, {"metering", "event"}, {kHeld, "http"}},
          .more = fmt::format("broker: {{url: \"{}\"}}\n", broker().url())};
}

}  // namespace

Nemesis::Nemesis(unsigned seed)
    : is_mixed_(seed % 2 == 0),
      random_(seed),
      estate_(world_.write_estate(is_mixed_ ? mixed_estate() : EstateOptions{})),
      nodes_(is_mixed_ ? kOrchestrators + 1 : kOrchestrators) {
  add_wishes();
}

void Nemesis::add_wishes() {
  std::vector<std::string> tenants;
  for (int number = 0; number < kTenants; ++number) {
    // Of three, one completes, one cannot be deleted, and one is brought back.
    wishes_.push_back({.tenant = world_.add_tenant(),
                       .end = number % 3 == 0 ? "completed" : "rolled_back",
                       .is_restored = number % 3 == 2});
    tenants.push_back(wishes_.back().tenant);
    if (number % 3 == 1) world_.make_orders_fail(tenants.back(), "P0001");
  }
  before_ = checker_.look(tenants);
}

std::vector<Nemesis::Disturbance> Nemesis::disturbances() {
  std::vector<Disturbance> all{{"kills a process", [this] { kill_a_node(); }},
                               {"pauses a process beyond its leases", [this] { pause_a_node(); }},
                               {"terminates sessions", [this] { terminate_sessions(); }},
                               {"crashes the databases", [this] { crash_the_databases(); }}};
  if (disk_.is_mounted()) all.push_back({"fills the disk of the archives", [this] { fill_the_disk(); }});
  if (is_mixed_) all.push_back({"kills the broker", [this] { kill_the_broker(); }});
  return all;
}

Problems Nemesis::run(Milliseconds duration) {
  const auto all = disturbances();
  if (!disk_.is_mounted()) tell("(may mount no small disk)");
  const auto end = Deadline::after(duration);
  while (!end.has_passed()) {
    revive(random_failpoint());
    ask();
    pause(Milliseconds(random(400)), {});
    const auto& next = all[static_cast<std::size_t>(random(static_cast<int>(all.size())))];
    tell(next.name);
    next.act();
  }
  settle();
  check();
  return problems_;
}

void Nemesis::kill_a_node() {
  if (const auto* node = random_node()) node->send_signal(SIGKILL);
}

void Nemesis::pause_a_node() {
  const auto* node = random_node();
  if (node == nullptr) return;
  node->send_signal(SIGSTOP);
  world_.let_leases_run_out();
  pause(Milliseconds(200 + random(1500)), {});
  node->send_signal(SIGCONT);
}

void Nemesis::terminate_sessions() {
  PlainSql session(world_.places().control);
  session.rows(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
      "AND datname LIKE split_part(current_database(), '_control', 1) || '\\_%' ORDER BY md5(pid::text || $1) LIMIT $2",
      {std::to_string(random(1000)), std::to_string(1 + random(6))});
}

void Nemesis::crash_the_databases() { Cluster::instance().crash(); }

void Nemesis::fill_the_disk() {
  disk_.fill();
  pause(Milliseconds(200 + random(1000)), {});
  disk_.empty();
}

// It takes seconds to start, in which other things fail as well.
void Nemesis::kill_the_broker() {
  if (!test::rabbit().takes_connections()) return;
  test::rabbit().kill();
  pause(Milliseconds(random(1000)), {});
  test::rabbit().begin_to_start();
}

void Nemesis::ask() {
  for (auto& wish : wishes_) {
    const auto state = state_of(wish);
    const bool is_to_restore = wish.is_restored && state == "completed";
    if (state != "no job" && !is_to_restore) continue;
    const auto& node = nodes_[static_cast<std::size_t>(random(kOrchestrators))];
    if (!node) continue;
    const auto job = world_.control().value("SELECT id FROM tenure.deletion_jobs WHERE tenant_id = $1", {wish.tenant});
    const auto answer =
        is_to_restore ? node->ask("POST", fmt::format("/api/v1/auth/deletion-jobs/{}/restore", job), world_.token())
                      : node->ask("DELETE", "/api/v1/tenants/" + wish.tenant, world_.token());
    tell(fmt::format("asks for {} of {}: {}", is_to_restore ? "restoration" : "deletion", wish.tenant,
                     answer ? std::to_string(answer->status) : "no answer"));
  }
}

std::unique_ptr<Node> Nemesis::start(std::size_t number, const std::string& failpoints) {
  return number < kOrchestrators ? world_.serve(estate_, failpoints) : world_.hold(kHeld, failpoints);
}

void Nemesis::revive(const std::string& failpoints) {
  for (std::size_t number = 0; number < nodes_.size(); ++number) {
    auto& node = nodes_[number];
    if (node && !node->has_ended()) continue;
    if (node) {
      tell(fmt::format("a process has ended with {}", node->wait()));
      if (node->errors().find("Sanitizer") != std::string::npos) problems_.push_back(node->errors());
    }
    tell(failpoints.empty() ? "starts a process" : "starts a process with " + failpoints);
    node = start(number, failpoints);
  }
}

std::string Nemesis::random_failpoint() {
  constexpr const char* kActions[] = {"kill", "throw", "lose"};
  const auto points = all_points();
  return fmt::format("{}={}@{}", points[static_cast<std::size_t>(random(static_cast<int>(points.size())))],
                     kActions[random(3)], 1 + random(4));
}

std::string Nemesis::state_of(const Wish& wish) const {
  const auto state =
      world_.control().value("SELECT status FROM tenure.deletion_jobs WHERE tenant_id = $1", {wish.tenant});
  return state == "no row" ? "no job" : state;
}

void Nemesis::settle() {
  tell("lets everything recover");
  if (is_mixed_) test::rabbit().start();
  const auto end = Deadline::after(kRecovery);
  do {
    revive({});
    ask();
    world_.let_waits_end();
    pause(kBetweenLooks, {});
  } while (std::ranges::any_of(wishes_, [&](const Wish& wish) { return state_of(wish) != wish.end; }) &&
           !end.has_passed());
  // A failpoint may have waited until now.
  revive({});
}

void Nemesis::check() {
  for (const auto& node : nodes_) {
    node->send_signal(SIGTERM);
    const int status = node->wait();
    const bool is_by_failpoint = status == kKilled && node->errors().find("failpoint ") != std::string::npos;
    if (status != 0 && !is_by_failpoint) problems_.push_back(fmt::format("a process ended with {}", status));
  }
  for (const auto& wish : wishes_) {
    if (const auto state = state_of(wish); state != wish.end) {
      problems_.push_back(fmt::format("{}: is {} and not {}", wish.tenant, state, wish.end));
    }
  }
  for (auto& problem : checker_.problems_of_jobs(before_)) problems_.push_back(std::move(problem));
  for (auto& problem : checker_.problems_of_estate(before_)) problems_.push_back(std::move(problem));
  if (!is_mixed_) return;
  for (const auto& queue : events::queues_of({"orders", "metering"})) {
    broker().remove_queue(queue);
    broker().remove_queue(events::dead_queue(queue));
  }
}

void Nemesis::tell(const std::string& line) {
  const auto at = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start_);
  story_ += fmt::format("{:7.3f} s  {}\n", static_cast<double>(at.count()) / 1000, line);
}

}  // namespace tenure::crash
