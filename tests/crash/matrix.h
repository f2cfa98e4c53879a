#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/effort.h"
#include "tests/crash/lanes.h"

namespace tenure::crash {

/// What is to fail in a scenario. Everything is: a kill each time that a failpoint is reached, a kill at each followed
/// by one there again, or at each where all pairs are asked for, while somebody recovers, a pause at each, a lost
/// answer at each. A sample is: over all scenarios a kill at each failpoint, and in each scenario a few of the others,
/// as the seed has it.
std::vector<Trial> trials_of(const Scenario& scenario, const Paths& paths, const Effort& effort);

/// Points × outcomes, for people. One thread at a time.
class Matrix {
 public:
  void add(const Trial& trial, const Outcome& outcome);

  /// Markdown: a line a failpoint, a column a scenario; in it the states that jobs have ended in, and how many, after
  /// their owner failed there. A dash where the scenario does not come that way, "not tried" where nothing failed.
  std::string table(const Paths& paths) const;
  /// Markdown: a line a way to fail, a column an outcome.
  std::string totals() const;

 private:
  static constexpr const char* kWrong = "**wrong**";

  using Counts = std::map<std::string, int>;
  std::map<std::string, std::map<std::string, Counts>> cells_;  ///< by failpoint and scenario
  std::map<Failure, Counts> totals_;
  std::map<Failure, int> second_deaths_;
};

}  // namespace tenure::crash
