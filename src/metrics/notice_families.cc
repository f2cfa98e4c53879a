#include "metrics/notice_families.h"

#include "metrics/families.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::metrics {

std::vector<prometheus::MetricFamily> notice_families(pg::Pool& control, const Call& call) {
  auto counts = notifications::count_notices(control, call);
  auto given_up = notifications::count_given_up(control, call);
  for (const auto* receiver : {"email", "webhook"}) {
    for (const auto* status : {"waiting", "delivered", "given_up"}) counts.try_emplace({receiver, status}, 0);
    given_up.try_emplace(receiver, 0);
  }
  Samples now;
  for (const auto& [labels, count] : counts) {
    now.push_back({{{"receiver", labels.first}, {"status", labels.second}}, static_cast<double>(count)});
  }
  Samples ever;
  for (const auto& [receiver, times] : given_up) ever.push_back({{{"receiver", receiver}}, static_cast<double>(times)});
  return {gauge_family("deletion_notices", "E-mails and webhooks about deletions, of the last 30 days.", now),
          counter_family("deletion_notices_given_up_total",
                         "Times that an e-mail or a webhook about a deletion was given up.", ever)};
}

}  // namespace tenure::metrics
