#include "metrics/notice_families.h"

#include "metrics/families.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::metrics {

std::vector<prometheus::MetricFamily> notice_families(pg::Pool& control, const Call& call) {
  auto counts = notifications::count_notices(control, call);
  for (const auto* receiver : {"email", "webhook"}) {
    for (const auto* status : {"waiting", "delivered", "given_up"}) counts.try_emplace({receiver, status}, 0);
  }
  Samples samples;
  for (const auto& [labels, count] : counts) {
    samples.push_back({{{"receiver", labels.first}, {"status", labels.second}}, static_cast<double>(count)});
  }
  return {gauge_family("deletion_notices", "E-mails and webhooks about deletions, of the last 30 days.", samples)};
}

}  // namespace tenure::metrics
