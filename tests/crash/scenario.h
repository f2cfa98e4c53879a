#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "tests/crash/checker.h"
#include "tests/crash/world.h"

namespace tenure::crash {

/// A course that a job takes when nothing dies.
struct Scenario {
  std::string name;  ///< a word or two, the head of a column in docs/reliability.md
  EstateOptions estate;
  std::string fault = {};         ///< a SQLSTATE that `orders` fails with from the start
  bool is_mended = false;         ///< the fault goes away once the job has waited for it, or its owner has died
  bool is_restored = false;       ///< completes first; what then fails is the order to bring everything back
  bool is_shredded = false;       ///< completes first; what then fails is the end of its retention
  std::string end = "completed";  ///< the state it ends in, whatever dies on the way
};

const std::vector<Scenario>& scenarios();

/// Every failpoint that the program has, in its order.
std::vector<std::string> all_points();

/// How the process fails at a failpoint.
enum class Failure {
  kill,        ///< it is killed there
  kill_twice,  ///< and its successor, when it comes to the second place
  pause,       ///< it stops there for longer than its lease, and goes on when somebody else has the job
  lose,        ///< the answer of what was done there gets lost
  nothing,     ///< it does not fail
};

std::string to_string(Failure failure);

/// What a failed expectation prints.
inline std::ostream& operator<<(std::ostream& out, const Scenario& scenario) { return out << scenario.name; }

struct Trial {
  const Scenario& scenario;
  std::string point;
  int nth = 1;  ///< which time the place is reached
  Failure failure = Failure::kill;
  std::string second = {};  ///< where the successor is killed
  std::string bug = {};     ///< planted in every process, see base/planted_bug.h
};

struct Outcome {
  std::string state;  ///< that the job ended in
  int failures = 0;   ///< processes that failed as they were to; a successor may end the job before its second place
  Problems problems;  ///< what is wrong in the end; with what the processes logged
};

/// Runs the scenario for a new tenant with a failing process, and, when it has failed, without. Returns when the job
/// has ended, or with a problem when it does not.
Outcome run_trial(World& world, const Trial& trial);

/// How often a run of the scenario in which nothing fails comes to each failpoint. @throws std::runtime_error when it
/// does not end as it should.
std::map<std::string, int> points_reached(World& world, const Scenario& scenario);

}  // namespace tenure::crash
