#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/registry.h"

namespace tenure::schemas {

/// What a run did with one schema.
enum class SchemaOutcome {
  applied,      ///< its migrations are applied
  faked,        ///< the first one was recorded only: its tables were there; others may have been applied
  tried,        ///< a trial: everything went well and was rolled back
  current,      ///< somebody else had brought it up to date meanwhile
  failed,       ///< nothing of the transaction that failed is left
  not_reached,  ///< the run ended before its turn
  rolled_back,  ///< was applied, and taken back by the scripts for the way back
  left,         ///< was applied, and could not be taken back: it stays as it is now
};

std::string_view to_string(SchemaOutcome outcome);

struct SchemaReport {
  SchemaRecord schema;
  Scope scope = Scope::tenant;
  SchemaOutcome outcome = SchemaOutcome::applied;
  int from = 0;  ///< versions
  int to = 0;
  std::string why;                 ///< of a failure, and of what could not be taken back
  std::vector<std::string> notes;  ///< of a trial
  double seconds = 0;
};

enum class RunOutcome {
  nothing_to_do,
  completed,
  completed_with_failures,  ///< as many as the error budget allows
  failed,                   ///< and something of what the run changed is left
  rolled_back,              ///< failed, and all that the run had changed is as it was
  interrupted,
};

std::string_view to_string(RunOutcome outcome);

/// What a whole run did. Schemas that were up to date are counted only.
struct RunReport {
  RunOutcome outcome = RunOutcome::nothing_to_do;
  std::optional<std::int64_t> run;
  std::int64_t up_to_date = 0;
  std::vector<SchemaReport> schemas;
  double seconds = 0;

  std::int64_t count(SchemaOutcome outcome) const;
  bool is_success() const { return outcome == RunOutcome::nothing_to_do || outcome == RunOutcome::completed; }
};

}  // namespace tenure::schemas
