#pragma once

#include <span>
#include <string_view>

namespace tenure::jobs {

/// Drawn in docs/job_states.md; the tables' CHECKs know the same names.
enum class JobState {
  scheduled,          ///< waits for its time
  awaiting_approval,  ///< waits for a second person
  pending,            ///< waits for an orchestrator
  running,
  verifying,
  compensating,  ///< what was deleted is being brought back
  held,          ///< stopped by a legal hold
  completed,
  failed,
  rolled_back,          ///< everything that was deleted is back
  compensation_failed,  ///< not everything is back; the archive has the rest
  cancelled,            ///< before anything was deleted
};
enum class StepState {
  pending,
  running,
  done,
  failed,
  unknown,      ///< no answer came: asked about, never guessed
  compensated,  ///< what it deleted is back
  skipped,      ///< it deleted nothing, and will not
};

std::span<const JobState> all_job_states();
std::span<const StepState> all_step_states();

std::string_view to_string(JobState state);
std::string_view to_string(StepState state);
/// @throws Error(invalid_argument) naming `field` and listing the states there are.
JobState parse_job_state(std::string_view text, std::string_view field = "status");
/// @throws Error(invalid_argument) naming `field` and listing the states there are.
StepState parse_step_state(std::string_view text, std::string_view field = "state");

/// Nobody works on such a job any more, unless somebody asks for it: an operator may retry what failed, and have a
/// completed job's rows restored for as long as its archive is kept.
bool is_terminal(JobState state);
/// Nobody works on such a job until a person, or the clock, has done something: scheduled, awaiting_approval, held.
bool waits_for_somebody(JobState state);
/// Whether the diagram has an arrow between the two.
bool can_advance(JobState from, JobState to);
bool can_advance(StepState from, StepState to);

}  // namespace tenure::jobs
