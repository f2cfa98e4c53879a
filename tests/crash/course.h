#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "tests/crash/checker.h"
#include "tests/crash/plain_sql.h"
#include "tests/crash/scenario.h"
#include "tests/crash/world.h"

namespace tenure::crash {

/// One tenant's way through a scenario, by as many processes as it takes.
class Course {
 public:
  /// Makes the tenant and whatever there is before the order that matters.
  Course(World& world, const Scenario& scenario, std::string bug);
  /// Kills what still runs; a process that is stopped would never answer its order.
  ~Course();
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

  /// Starts a process and gives the order, unless somebody has taken it already. Where a service is held by another
  /// process, that one is started before the first; the variable of that one is `of_holder`.
  Node& start(const std::string& failpoints = {}, const std::string& of_holder = {});
  enum class Turn { settled, dead, stopped, in_vain };
  /// Until the job has settled, the process does no more, or patience is over. Waits of the job are cut short, leases
  /// are not. Whoever holds a service is started again when it has died.
  Turn follow(const Node& node, Milliseconds patience = std::chrono::minutes(1));
  /// As a client does whose order was answered with an error.
  void order_again(Node& node);
  /// As if the owner's lease had run out.
  void let_lease_run_out() { world_.let_leases_run_out(); }
  /// As a person at the control database would find it: the job is to be taken back.
  void ask_to_cancel();
  /// Likewise what a service has prepared.
  void roll_back_prepared(const std::string& service);
  /// Returns once so many sessions with the control database wait for a lock; false when they do not come to that.
  bool come_to_wait_for_locks(int sessions);
  /// Whether the job waits for a lock that somebody else holds, in a database, or to be tried again.
  bool is_held_up();
  std::int64_t epoch();
  /// How often a process that holds a service was killed at a failpoint.
  int deaths_of_holder() const { return deaths_of_holder_; }

  const std::string& tenant() const { return tenant_; }
  /// The job's id; "no row" when there is none.
  std::string job();
  /// The state the job is in; "no job" when there is none.
  std::string state();
  Problems problems() const;
  /// What all processes have logged, those that hold a service apart.
  std::string log() const;
  std::string log_of_holder() const;

 private:
  void order(Node& node);
  bool is_ordered();
  bool has_settled();
  void hurry();
  void complete_first();
  void start_holder(const std::string& failpoints);
  void revive_holder();

  World& world_;
  const Scenario& scenario_;
  const std::string bug_;
  const std::string estate_;
  const std::string tenant_;
  const Checker checker_;
  const Before before_;
  PlainSql control_;
  bool is_completed_first_ = false;
  const std::string held_;  ///< the service that another process holds; empty: there is none
  std::unique_ptr<Node> holder_;
  int deaths_of_holder_ = 0;
  std::string log_of_dead_holders_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::future<std::optional<test::Answer>>> orders_;  // last: they use the nodes
};

}  // namespace tenure::crash
