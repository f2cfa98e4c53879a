#include "tests/crash/lanes.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/support/rabbitmq.h"

namespace tenure::crash {
namespace {

// More than processors, because most of a trial is waiting.
constexpr int kLanes = 4;

/// Worlds that nobody uses at the moment; making one takes as long as a trial.
class Worlds {
 public:
  std::unique_ptr<World> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto world = std::move(free_.back());
        free_.pop_back();
        return world;
      }
    }
    return std::make_unique<World>();
  }
  void give_back(std::unique_ptr<World> world) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(world));
  }

 private:
  Cluster& cluster_ = Cluster::instance();  // outlives the worlds
  std::mutex mutex_;
  std::vector<std::unique_ptr<World>> free_;
};

/// Calls `work(world, n)` for each n below `count`.
void in_lanes(std::size_t count, const std::function<void(World&, std::size_t)>& work) {
  static Worlds worlds;
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(kLanes);
  // Here, since a process ends with the thread that has started it.
  test::rabbit().start();
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < kLanes; ++lane) {
      lanes.emplace_back([&, lane] {
        try {
          auto world = worlds.take();
          for (auto at = next++; at < count; at = next++) work(*world, at);
          worlds.give_back(std::move(world));
        } catch (...) {
          failures[static_cast<std::size_t>(lane)] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

std::vector<Outcome> run_trials(const std::vector<Trial>& trials) {
  std::vector<Outcome> outcomes(trials.size());
  in_lanes(trials.size(), [&](World& world, std::size_t at) { outcomes[at] = run_trial(world, trials[at]); });
  return outcomes;
}

Paths paths_of_scenarios() {
  std::vector<std::map<std::string, int>> reached(scenarios().size());
  in_lanes(reached.size(), [&](World& world, std::size_t at) { reached[at] = points_reached(world, scenarios()[at]); });
  Paths paths;
  for (std::size_t at = 0; at < reached.size(); ++at) paths[scenarios()[at].name] = std::move(reached[at]);
  return paths;
}

}  // namespace tenure::crash
