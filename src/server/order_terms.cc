#include "server/order_terms.h"

#include <fmt/format.h>

#include "base/error.h"
#include "jobs/job.h"
#include "server/job_access.h"

namespace tenure::server {

OrderTerms order_terms_of(Body& body, const Request& request) {
  OrderTerms terms{.run_at = body.optional_time("run_at")};
  if (const auto priority = body.optional_integer("priority")) {
    if (*priority < jobs::kLowestPriority || *priority > jobs::kHighestPriority) {
      body.problem(fmt::format("priority: not between {} and {}", jobs::kLowestPriority, jobs::kHighestPriority));
    } else if (!is_operator(request)) {
      throw Error(ErrorCode::forbidden, "priority: only services and platform admins set one");
    } else {
      terms.priority = static_cast<int>(*priority);
    }
  }
  return terms;
}

}  // namespace tenure::server
