#include "tests/crash/matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

namespace tenure::crash {
namespace {

// In a sample, for each scenario.
constexpr int kPairs = 3;
constexpr int kPauses = 1;
constexpr int kLosses = 1;

std::string words(std::string state) {
  std::ranges::replace(state, '_', ' ');
  return state;
}

std::vector<Trial> everything(const Scenario& scenario, const std::map<std::string, int>& path, bool has_all_pairs) {
  std::vector<Trial> trials;
  for (const auto& [point, times] : path) {
    for (int nth = 1; nth <= times; ++nth) trials.push_back({.scenario = scenario, .point = point, .nth = nth});
    for (const auto& [second, unused] : path) {
      if (second != point && !has_all_pairs) continue;
      trials.push_back({.scenario = scenario, .point = point, .failure = Failure::kill_twice, .second = second});
    }
    trials.push_back({.scenario = scenario, .point = point, .failure = Failure::pause});
    trials.push_back({.scenario = scenario, .point = point, .failure = Failure::lose});
  }
  return trials;
}

/// Whether it is this scenario, of those that come to the point, which has its turn.
bool has_turn(const Scenario& scenario, const std::string& point, const Paths& paths, unsigned seed) {
  std::vector<std::string> coming;
  for (const auto& [name, path] : paths) {
    if (path.contains(point)) coming.push_back(name);
  }
  const auto points = all_points();
  const auto number = static_cast<std::size_t>(std::ranges::find(points, point) - points.begin());
  return coming.at((number + seed) % coming.size()) == scenario.name;
}

std::vector<Trial> sample(const Scenario& scenario, const Paths& paths, unsigned seed) {
  std::vector<std::string> points;
  std::vector<Trial> trials;
  for (const auto& [point, unused] : paths.at(scenario.name)) {
    points.push_back(point);
    if (has_turn(scenario, point, paths, seed)) trials.push_back({.scenario = scenario, .point = point});
  }
  std::seed_seq source(scenario.name.begin(), scenario.name.end());
  std::vector<unsigned> mixed(1);
  source.generate(mixed.begin(), mixed.end());
  std::mt19937 random(mixed.front() + seed);
  const auto any_point = [&] { return points[random() % points.size()]; };
  for (int pair = 0; pair < kPairs; ++pair) {
    trials.push_back(
        {.scenario = scenario, .point = any_point(), .failure = Failure::kill_twice, .second = any_point()});
  }
  for (int pause = 0; pause < kPauses; ++pause) {
    trials.push_back({.scenario = scenario, .point = any_point(), .failure = Failure::pause});
  }
  for (int loss = 0; loss < kLosses; ++loss) {
    trials.push_back({.scenario = scenario, .point = any_point(), .failure = Failure::lose});
  }
  return trials;
}

}  // namespace

std::vector<Trial> trials_of(const Scenario& scenario, const Paths& paths, const Effort& effort) {
  const auto& path = paths.at(scenario.name);
  if (effort.point.empty()) {
    return effort.is_everything ? everything(scenario, path, effort.has_all_pairs)
                                : sample(scenario, paths, effort.seed);
  }
  std::vector<Trial> trials;
  for (const auto& trial : everything(scenario, path, true)) {
    if (trial.point == effort.point) trials.push_back(trial);
  }
  return trials;
}

void Matrix::add(const Trial& trial, const Outcome& outcome) {
  const auto end = outcome.problems.empty() ? words(outcome.state) : kWrong;
  ++cells_[trial.point][trial.scenario.name][end];
  ++totals_[trial.failure][end];
  if (outcome.failures > 1) ++second_deaths_[trial.failure];
}

std::string Matrix::table(const Paths& paths) const {
  std::string table = "| failpoint |";
  for (const auto& scenario : scenarios()) table += fmt::format(" {} |", scenario.name);
  table += "\n|---|";
  for ([[maybe_unused]] const auto& scenario : scenarios()) table += "---|";
  for (const auto& point : all_points()) {
    table += fmt::format("\n| `{}` |", point);
    for (const auto& scenario : scenarios()) {
      const auto cells = cells_.find(point);
      const bool is_tried = cells != cells_.end() && cells->second.contains(scenario.name);
      std::vector<std::string> ends;
      if (is_tried) {
        for (const auto& [end, count] : cells->second.at(scenario.name)) {
          ends.push_back(fmt::format("{} ×{}", end, count));
        }
      }
      const auto* nothing = paths.at(scenario.name).contains(point) ? "not tried" : "–";
      table += fmt::format(" {} |", is_tried ? fmt::format("{}", fmt::join(ends, ", ")) : nothing);
    }
  }
  return table + "\n";
}

std::string Matrix::totals() const {
  std::string table =
      "| the owner is | trials | killed again | completed | rolled back | wrong |\n|---|---|---|---|---|---|\n";
  for (const auto& [failure, ends] : totals_) {
    int trials = 0;
    for (const auto& [end, count] : ends) trials += count;
    const auto count_of = [counts = ends](const std::string& end) { return counts.contains(end) ? counts.at(end) : 0; };
    table += fmt::format("| {} | {} | {} | {} | {} | {} |\n", to_string(failure), trials,
                         second_deaths_.contains(failure) ? second_deaths_.at(failure) : 0, count_of("completed"),
                         count_of("rolled back"), count_of(kWrong));
  }
  return table;
}

}  // namespace tenure::crash
