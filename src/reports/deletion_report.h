#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "jobs/job.h"
#include "jobs/transition.h"

namespace tenure::reports {

/// Who draws a report up.
struct Issuer {
  std::string estate;   ///< the estate's name
  std::string version;  ///< of Tenure
};

/// What a job that has ended did, for whoever has to believe it (spec E5); docs/reports.md lists the fields. It is a
/// "certificate" when the erasure is complete and every service has counted zero since, else a "report". Made of the
/// job's record alone: the same record, the same report. There is no personal data in it: people and tenants are ids.
/// @throws Error(conflict) when the job has not ended.
nlohmann::json deletion_report(const jobs::Job& job, const std::vector<jobs::Transition>& history,
                               const Issuer& issuer);

}  // namespace tenure::reports
