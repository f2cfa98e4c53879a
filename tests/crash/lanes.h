#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/crash/scenario.h"

namespace tenure::crash {

/// Runs the trials, several at once, each in a world that no other uses meanwhile. Outcomes in the order of the trials.
std::vector<Outcome> run_trials(const std::vector<Trial>& trials);

/// Scenario → failpoint → how often it is reached when nothing fails.
using Paths = std::map<std::string, std::map<std::string, int>>;
Paths paths_of_scenarios();

}  // namespace tenure::crash
