#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/crash/checker.h"
#include "tests/crash/small_disk.h"
#include "tests/crash/world.h"

namespace tenure::crash {

/// Several tenants are deleted, and some brought back, by two orchestrators at once, while everything they rely on
/// fails in an order that the seed decides. With an even seed the estate is a mixed one: two services are reached over
/// RabbitMQ, which is killed as well, and one over HTTP in a third process.
class Nemesis {
 public:
  explicit Nemesis(unsigned seed);

  /// Disturbs for so long, then lets everything recover, and says what is wrong.
  Problems run(Milliseconds duration);
  /// What was done, a line each.
  const std::string& story() const { return story_; }

 private:
  /// A tenant and what is asked for.
  struct Wish {
    std::string tenant;
    std::string end;           ///< the state that its job ends in
    bool is_restored = false;  ///< asked to be brought back once it is completed
  };
  struct Disturbance {
    const char* name;
    std::function<void()> act;
  };

  void add_wishes();
  std::vector<Disturbance> disturbances();
  void kill_a_node();
  void pause_a_node();
  void terminate_sessions();
  void crash_the_databases();
  void fill_the_disk();
  void kill_the_broker();

  /// Asks for what has not been taken yet, as clients do whose requests failed.
  void ask();
  void revive(const std::string& failpoints);
  std::string random_failpoint();
  std::unique_ptr<Node> start(std::size_t number, const std::string& failpoints);
  std::string state_of(const Wish& wish) const;
  void settle();
  void check();
  void tell(const std::string& line);
  int random(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  const Node* random_node() { return nodes_[static_cast<std::size_t>(random(static_cast<int>(nodes_.size())))].get(); }

  const bool is_mixed_;
  std::mt19937 random_;
  World world_;
  const SmallDisk disk_{world_.places().archives};
  const std::string estate_;
  const Checker checker_{world_.places()};
  const MonotonicTime start_ = std::chrono::steady_clock::now();
  std::string story_;
  Problems problems_;
  std::vector<Wish> wishes_;
  Before before_;
  std::vector<std::unique_ptr<Node>> nodes_;  ///< two orchestrators, and who holds a service of a mixed estate
};

}  // namespace tenure::crash
