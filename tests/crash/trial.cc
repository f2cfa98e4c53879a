#include <fmt/format.h>
#include <signal.h>

#include <stdexcept>

#include "base/failpoint.h"
#include "tests/crash/course.h"
#include "tests/crash/scenario.h"

namespace tenure::crash {
namespace {

using Turn = Course::Turn;

constexpr int kKilled = 128 + SIGKILL;
constexpr Milliseconds kPatience{60000};
constexpr Milliseconds kPatienceWithABug{15000};
constexpr Milliseconds kALittle{2000};
constexpr std::chrono::milliseconds kTick{20};

class Attempt {
 public:
  Attempt(World& world, const Trial& trial) : trial_(trial), course_(world, trial.scenario, trial.bug) {}

  Outcome operator()() {
    // Whoever holds a service fails at the same place; of the paused there is one, since one is woken up.
    auto* node = &course_.start(failpoint(), trial_.failure == Failure::pause ? "" : failpoint());
    auto turn = trial_.failure == Failure::lose ? go_on_after_loss(*node) : course_.follow(*node, patience_);
    if (turn == Turn::stopped) turn = pause(node);
    for (int deaths = 1; turn == Turn::dead && note_death(*node); ++deaths) {
      course_.let_lease_run_out();
      const bool fails_again = trial_.failure == Failure::kill_twice && deaths == 1;
      node = &course_.start(fails_again ? trial_.second + "=kill" : "");
      turn = course_.follow(*node, patience_);
    }
    if (turn == Turn::in_vain) problem("has not ended in time");
    // A job may be seen to have ended a moment before its owner, which is killed behind the last write, has.
    if (turn == Turn::settled && is_killed_first() && outcome_.failures == 0 && node->has_ended_within(kALittle)) {
      note_death(*node);
    }
    return conclude();
  }

 private:
  bool is_killed_first() const { return trial_.failure == Failure::kill || trial_.failure == Failure::kill_twice; }

  std::string failpoint() const {
    const auto* action = "kill";
    if (trial_.failure == Failure::nothing) return {};
    if (trial_.failure == Failure::pause) action = "stop";
    if (trial_.failure == Failure::lose) action = "lose";
    return fmt::format("{}={}@{}", trial_.point, action, trial_.nth);
  }

  /// Where the loss has ended the run of the job, its lease has to run out first; who ordered it asks again when there
  /// is none.
  Turn go_on_after_loss(Node& node) {
    const auto deadline = Deadline::after(patience_);
    auto turn = Turn::in_vain;
    while (turn == Turn::in_vain && !deadline.has_passed()) {
      turn = course_.follow(node, kALittle);
      if (turn != Turn::in_vain) break;
      course_.let_lease_run_out();
      course_.order_again(node);
      // The next sweep of archives is a minute away, and one at the start of a process.
      if (trial_.scenario.is_shredded) turn = course_.follow(course_.start(), patience_);
    }
    if (node.errors().find("failpoint " + trial_.point) != std::string::npos) ++outcome_.failures;
    return turn;
  }

  /// True when it died as it was to.
  bool note_death(Node& node) {
    const int status = node.wait();
    if (status == kKilled) {
      ++outcome_.failures;
      return outcome_.failures <= 2;
    }
    problem(fmt::format("a process ended with status {}", status));
    return false;
  }

  /// Somebody else takes the job over, and the paused process goes on when that one is done, or is held up by what the
  /// paused one still has. `node` is the successor then.
  Turn pause(Node*& node) {
    ++outcome_.failures;
    course_.let_lease_run_out();
    auto& paused = *node;
    auto& successor = course_.start();
    node = &successor;
    const auto deadline = Deadline::after(patience_);
    auto turn = Turn::in_vain;
    while (turn == Turn::in_vain && !course_.is_held_up() && !deadline.has_passed()) {
      turn = course_.follow(successor, kTick);
    }
    // It works on what it had begun before it stops.
    paused.send_signal(SIGTERM);
    paused.send_signal(SIGCONT);
    if (const int status = paused.wait(); status != 0) problem(fmt::format("the paused process ended with {}", status));
    return course_.follow(successor, patience_);
  }

  Outcome conclude() {
    outcome_.state = course_.state();
    outcome_.failures += course_.deaths_of_holder();
    if (outcome_.state != trial_.scenario.end) problem(fmt::format("is {}", outcome_.state));
    for (auto& found : course_.problems()) problem(std::move(found));
    if (!outcome_.problems.empty()) problem(course_.log() + course_.log_of_holder());
    return std::move(outcome_);
  }

  void problem(std::string what) { outcome_.problems.push_back(std::move(what)); }

  const Trial& trial_;
  const Milliseconds patience_ = trial_.bug.empty() ? kPatience : kPatienceWithABug;
  Course course_;
  Outcome outcome_;
};

}  // namespace

std::vector<std::string> all_points() { return {failpoint::kAll.begin(), failpoint::kAll.end()}; }

std::string to_string(Failure failure) {
  switch (failure) {
    case Failure::kill:
      return "killed";
    case Failure::kill_twice:
      return "killed twice";
    case Failure::pause:
      return "paused";
    case Failure::lose:
      return "answer lost";
    default:
      return "as it should be";
  }
}

Outcome run_trial(World& world, const Trial& trial) { return Attempt(world, trial)(); }

std::map<std::string, int> points_reached(World& world, const Scenario& scenario) {
  std::string telling;
  for (const auto& point : all_points()) telling += point + "=tell,";
  Course course(world, scenario, {});
  const auto turn = course.follow(course.start(telling));
  const auto log = course.log();
  if (turn != Turn::settled || course.state() != scenario.end) {
    throw std::runtime_error(fmt::format("{}: is {}\n{}", scenario.name, course.state(), log));
  }
  if (const auto problems = course.problems(); !problems.empty()) {
    throw std::runtime_error(fmt::format("{}: {}\n{}", scenario.name, fmt::join(problems, "\n"), log));
  }
  std::map<std::string, int> reached;
  for (const auto& point : all_points()) {
    const auto line = "failpoint " + point + "\n";
    for (auto at = log.find(line); at != std::string::npos; at = log.find(line, at + 1)) ++reached[point];
  }
  return reached;
}

}  // namespace tenure::crash
