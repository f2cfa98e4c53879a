#include "jobs/change_listener.h"

#include <set>
#include <string>

#include "base/error.h"
#include "base/pause.h"
#include "jobs/sql.h"

namespace tenure::jobs {
namespace {

constexpr Milliseconds kBeforeNextSession{1000};

std::vector<JobId> ids_of(const std::vector<std::string>& payloads) {
  std::vector<JobId> ids;
  for (const auto& payload : std::set<std::string>(payloads.begin(), payloads.end())) {
    ids.push_back(JobId::parse(payload));
  }
  return ids;
}

}  // namespace

ChangeListener::ChangeListener(pg::ConnectionSettings control, Hooks hooks)
    : control_(std::move(control)), hooks_(std::move(hooks)), thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          try {
            listen(stop);
          } catch (const Error&) {
            pause(kBeforeNextSession, stop);
          }
        }
      }) {}

void ChangeListener::listen(const std::stop_token& stop) const {
  const Call call{Deadline(), stop};
  auto session = pg::Connection::open(control_, call);
  session.exec(sql::kListenForChanges);
  hooks_.on_gap();
  for (;;) {
    const auto payloads = session.wait_for_notifications(call);
    if (payloads.empty()) return;
    hooks_.on_change(ids_of(payloads));
  }
}

}  // namespace tenure::jobs
