#include "jobs/job_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"

namespace tenure::jobs {
namespace {

template <class State>
struct Name {
  State state;
  std::string_view text;
};

template <class State>
struct Arrow {
  State from;
  State to;
};

constexpr std::array kJobNames{
    Name{JobState::scheduled, "scheduled"},
    Name{JobState::awaiting_approval, "awaiting_approval"},
    Name{JobState::pending, "pending"},
    Name{JobState::running, "running"},
    Name{JobState::verifying, "verifying"},
    Name{JobState::compensating, "compensating"},
    Name{JobState::held, "held"},
    Name{JobState::completed, "completed"},
    Name{JobState::failed, "failed"},
    Name{JobState::rolled_back, "rolled_back"},
    Name{JobState::compensation_failed, "compensation_failed"},
    Name{JobState::cancelled, "cancelled"},
};
constexpr std::array kStepNames{
    Name{StepState::pending, "pending"}, Name{StepState::running, "running"},
    Name{StepState::done, "done"},       Name{StepState::failed, "failed"},
    Name{StepState::unknown, "unknown"}, Name{StepState::compensated, "compensated"},
    Name{StepState::skipped, "skipped"},
};

using enum JobState;
constexpr std::array kJobArrows{
    Arrow{scheduled, awaiting_approval},
    Arrow{scheduled, pending},
    Arrow{scheduled, cancelled},
    Arrow{awaiting_approval, pending},
    Arrow{awaiting_approval, held},
    Arrow{awaiting_approval, cancelled},
    Arrow{pending, running},
    Arrow{pending, held},
    Arrow{pending, cancelled},
    Arrow{running, verifying},
    Arrow{running, compensating},
    Arrow{running, failed},
    Arrow{running, held},
    Arrow{running, awaiting_approval},
    Arrow{running, cancelled},
    Arrow{verifying, completed},
    Arrow{verifying, compensating},
    Arrow{verifying, failed},
    Arrow{verifying, held},
    Arrow{held, pending},
    Arrow{held, awaiting_approval},
    Arrow{held, compensating},
    Arrow{held, cancelled},
    Arrow{compensating, rolled_back},
    Arrow{compensating, compensation_failed},
    Arrow{completed, compensating},
    Arrow{failed, pending},
    Arrow{compensation_failed, compensating},
};
constexpr std::array kStepArrows{
    Arrow{StepState::pending, StepState::running},    Arrow{StepState::pending, StepState::skipped},
    Arrow{StepState::running, StepState::done},       Arrow{StepState::running, StepState::failed},
    Arrow{StepState::running, StepState::unknown},    Arrow{StepState::running, StepState::compensated},
    Arrow{StepState::unknown, StepState::running},    Arrow{StepState::unknown, StepState::compensated},
    Arrow{StepState::done, StepState::running},       Arrow{StepState::done, StepState::failed},
    Arrow{StepState::done, StepState::compensated},   Arrow{StepState::failed, StepState::running},
    Arrow{StepState::failed, StepState::compensated}, Arrow{StepState::failed, StepState::skipped},
    Arrow{StepState::failed, StepState::unknown},
};
constexpr std::array kLastStates{completed, failed, rolled_back, compensation_failed, cancelled};

template <class Names>
constexpr auto states_of(const Names& names) {
  std::array<decltype(names[0].state), std::tuple_size_v<Names>> states{};
  std::transform(names.begin(), names.end(), states.begin(), [](const auto& name) { return name.state; });
  return states;
}

constexpr auto kJobStates = states_of(kJobNames);
constexpr auto kStepStates = states_of(kStepNames);

template <class Names, class State>
std::string_view name_in(const Names& names, State state) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& name) { return name.state == state; });
  return found == names.end() ? std::string_view("?") : found->text;
}

template <class Names>
auto parse_in(const Names& names, std::string_view text, std::string_view field) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& name) { return name.text == text; });
  if (found != names.end()) return found->state;
  std::vector<std::string_view> known;
  for (const auto& name : names) known.push_back(name.text);
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: not one of {}", field, fmt::join(known, ", ")));
}

template <class Arrows, class State>
bool has_arrow(const Arrows& arrows, State from, State to) {
  return std::any_of(arrows.begin(), arrows.end(),
                     [&](const auto& arrow) { return arrow.from == from && arrow.to == to; });
}

}  // namespace

std::span<const JobState> all_job_states() { return kJobStates; }
std::span<const StepState> all_step_states() { return kStepStates; }

std::string_view to_string(JobState state) { return name_in(kJobNames, state); }
std::string_view to_string(StepState state) { return name_in(kStepNames, state); }

JobState parse_job_state(std::string_view text, std::string_view field) { return parse_in(kJobNames, text, field); }
StepState parse_step_state(std::string_view text, std::string_view field) { return parse_in(kStepNames, text, field); }

bool waits_for_somebody(JobState state) {
  return state == JobState::scheduled || state == JobState::awaiting_approval || state == JobState::held;
}

bool is_terminal(JobState state) {
  return std::find(kLastStates.begin(), kLastStates.end(), state) != kLastStates.end();
}

bool can_advance(JobState from, JobState to) { return has_arrow(kJobArrows, from, to); }
bool can_advance(StepState from, StepState to) { return has_arrow(kStepArrows, from, to); }

}  // namespace tenure::jobs
