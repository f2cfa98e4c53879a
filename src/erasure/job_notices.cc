#include "erasure/job_notices.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "jobs/end_summary.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::erasure {

void JobNotices::keep(pg::Transaction& transaction, const jobs::Transition& change) const {
  const auto kind = fmt::format("deletion.{}", jobs::to_string(change.to));
  std::string payload;
  for (const auto& target : targets_) {
    if (!target.ends.contains(change.to)) continue;
    if (payload.empty()) {
      auto body = nlohmann::json::parse(jobs::summarize_end(transaction, change.job));
      body["type"] = kind;
      body["estate"] = estate_;
      if (!environment_.empty()) body["environment"] = environment_;
      payload = body.dump();
    }
    notifications::keep(transaction, target.receiver, kind, payload);
  }
}

}  // namespace tenure::erasure
