#include "schemas/migrations/report.h"

#include <algorithm>

namespace tenure::schemas {

std::string_view to_string(SchemaOutcome outcome) {
  switch (outcome) {
    case SchemaOutcome::applied:
      return "applied";
    case SchemaOutcome::faked:
      return "faked";
    case SchemaOutcome::tried:
      return "tried";
    case SchemaOutcome::current:
      return "current";
    case SchemaOutcome::failed:
      return "failed";
    case SchemaOutcome::not_reached:
      return "not_reached";
    case SchemaOutcome::rolled_back:
      return "rolled_back";
    case SchemaOutcome::left:
      return "left";
  }
  return "unknown";
}

std::string_view to_string(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::nothing_to_do:
      return "nothing_to_do";
    case RunOutcome::completed:
      return "completed";
    case RunOutcome::completed_with_failures:
      return "completed_with_failures";
    case RunOutcome::failed:
      return "failed";
    case RunOutcome::rolled_back:
      return "rolled_back";
    case RunOutcome::interrupted:
      return "interrupted";
  }
  return "unknown";
}

std::int64_t RunReport::count(SchemaOutcome wanted) const {
  return std::count_if(schemas.begin(), schemas.end(), [&](const auto& one) { return one.outcome == wanted; });
}

}  // namespace tenure::schemas
