#include "tests/crash/course.h"

#include <fmt/format.h>
#include <signal.h>

#include <stdexcept>

namespace tenure::crash {
namespace {

constexpr std::chrono::milliseconds kTick{20};
constexpr Milliseconds kPatience{60000};
constexpr int kKilled = 128 + SIGKILL;

// $1 tenant. The state, "no job" without one.
constexpr const char* kState =
    "SELECT coalesce((SELECT status FROM tenure.deletion_jobs WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 1), "
    "'no job')";
// $1 tenant. Whether nobody has anything left to do about it.
constexpr const char* kHasEnded =
    "SELECT EXISTS (SELECT FROM tenure.deletion_jobs WHERE tenant_id = $1) "
    "AND NOT EXISTS (SELECT FROM tenure.deletion_jobs WHERE tenant_id = $1 AND completed_at IS NULL) "
    "AND NOT EXISTS (SELECT FROM tenure.outbox WHERE delivered_at IS NULL)";
// $1 tenant
constexpr const char* kIsShredded =
    "SELECT EXISTS (SELECT FROM tenure.deletion_jobs WHERE tenant_id = $1 AND archive_files_removed_at IS NOT NULL)";

std::string service_held_elsewhere(const EstateOptions& estate) {
  for (const auto& [service, via] : estate.via) {
    if (via == "http") return service;
  }
  return {};
}

}  // namespace

Course::Course(World& world, const Scenario& scenario, std::string bug)
    : world_(world),
      scenario_(scenario),
      bug_(std::move(bug)),
      estate_(world.write_estate(scenario.estate)),
      tenant_(world.add_tenant()),
      checker_(world.places()),
      before_(checker_.look({tenant_})),
      control_(world.control()),
      held_(service_held_elsewhere(scenario.estate)) {
  if (scenario_.is_restored || scenario_.is_shredded) complete_first();
  if (!scenario_.fault.empty()) world_.make_orders_fail(tenant_, scenario_.fault);
}

Course::~Course() {
  for (const auto& node : nodes_) {
    if (!node->has_ended()) node->send_signal(SIGKILL);
  }
}

void Course::complete_first() {
  auto node = world_.serve(estate_);
  node->ask("DELETE", "/api/v1/tenants/" + tenant_, world_.token());
  if (follow(*node) != Turn::settled || state() != "completed") throw std::runtime_error(node->errors());
  is_completed_first_ = true;
}

void Course::start_holder(const std::string& failpoints) {
  holder_ = world_.hold(held_, failpoints);
  holder_->ask("GET", "/health/live", world_.token());
}

void Course::revive_holder() {
  if (!holder_ || !holder_->has_ended()) return;
  if (holder_->wait() == kKilled) ++deaths_of_holder_;
  log_of_dead_holders_ += holder_->errors();
  holder_ = world_.hold(held_);
}

Node& Course::start(const std::string& failpoints, const std::string& of_holder) {
  if (!held_.empty() && !holder_) start_holder(of_holder);
  nodes_.push_back(world_.serve(estate_, failpoints, bug_));
  auto& node = *nodes_.back();
  if (!is_ordered()) order(node);
  return node;
}

void Course::order(Node& node) {
  const auto path = scenario_.is_restored ? fmt::format("/api/v1/auth/deletion-jobs/{}/restore", job())
                                          : "/api/v1/tenants/" + tenant_;
  orders_.push_back(std::async(std::launch::async, [&node, path, token = world_.token(), this] {
    return node.ask(scenario_.is_restored ? "POST" : "DELETE", path, token);
  }));
}

void Course::order_again(Node& node) {
  constexpr int kFirstError = 400;
  if (orders_.empty() || orders_.back().wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  const auto answer = orders_.back().get();
  orders_.pop_back();
  if (!answer || answer->status >= kFirstError) order(node);
}

bool Course::is_ordered() {
  if (scenario_.is_restored) return state() != "completed";
  if (state() != "no job") return true;
  // The fence is up: whoever starts next makes the job.
  return world_.database("accounts").value("SELECT status FROM tenancy.tenants WHERE id = $1", {tenant_}) == "deleting";
}

Course::Turn Course::follow(const Node& node, Milliseconds patience) {
  const auto deadline = Deadline::after(patience);
  do {
    if (node.has_ended_within(kTick)) return Turn::dead;
    if (node.is_stopped()) return Turn::stopped;
    revive_holder();
    if (has_settled()) return Turn::settled;
    hurry();
  } while (!deadline.has_passed());
  return Turn::in_vain;
}

bool Course::has_settled() {
  if (is_completed_first_) {
    if (scenario_.is_restored && state() == "completed") return false;
    if (scenario_.is_shredded && control_.value(kIsShredded, {tenant_}) != "t") return false;
  }
  return control_.value(kHasEnded, {tenant_}) == "t";
}

void Course::hurry() {
  const bool was_parked =
      control_.value("SELECT coalesce(sum(times_parked), 0) > 0 FROM tenure.deletion_jobs WHERE tenant_id = $1",
                     {tenant_}) == "t";
  if (scenario_.is_mended && (was_parked || nodes_.size() > 1)) world_.mend_orders();
  if (was_parked) world_.let_waits_end();
}

void Course::ask_to_cancel() {
  control_.rows(
      "UPDATE tenure.deletion_jobs SET cancel_requested_at = clock_timestamp(), cancel_requested_by = 'a person' "
      "WHERE tenant_id = $1",
      {tenant_});
}

void Course::roll_back_prepared(const std::string& service) {
  auto session = world_.database(service);
  const auto name = session.value(
      "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE '%' || $1 || '%'", {job()});
  session.run("ROLLBACK PREPARED '" + name + "'");
}

bool Course::come_to_wait_for_locks(int sessions) {
  constexpr const char* kWaiting =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  const auto deadline = Deadline::after(kPatience);
  while (std::stoi(control_.value(kWaiting)) < sessions) {
    if (nodes_.front()->has_ended_within(kTick) || deadline.has_passed()) return false;
  }
  return true;
}

bool Course::is_held_up() {
  return control_.value(
             "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname LIKE "
             "split_part(current_database(), '_control', 1) || '\\_%') OR EXISTS (SELECT FROM tenure.deletion_jobs "
             "WHERE tenant_id = $1 AND times_parked > 0)",
             {tenant_}) == "t";
}

std::int64_t Course::epoch() {
  return std::stoll(
      control_.value("SELECT coalesce(max(lease_epoch), 0) FROM tenure.deletion_jobs WHERE tenant_id = $1", {tenant_}));
}

std::string Course::job() {
  return control_.value("SELECT id FROM tenure.deletion_jobs WHERE tenant_id = $1", {tenant_});
}

std::string Course::state() { return control_.value(kState, {tenant_}); }

Problems Course::problems() const {
  auto problems = checker_.problems_of_estate(before_);
  for (auto& problem : checker_.problems_of_jobs(before_)) problems.push_back(std::move(problem));
  return problems;
}

std::string Course::log() const {
  PlainSql control(world_.places().control);
  auto log = control.value("SELECT array_to_string(error_log, E'\\n') FROM tenure.deletion_jobs WHERE tenant_id = $1",
                           {tenant_});
  for (const auto& node : nodes_) log += "--- a process\n" + node->errors();
  return log;
}

std::string Course::log_of_holder() const {
  return holder_ ? "--- whoever holds " + held_ + "\n" + log_of_dead_holders_ + holder_->errors() : "";
}

}  // namespace tenure::crash
