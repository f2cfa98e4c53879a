#include "jobs/work_listener.h"

#include "base/error.h"
#include "base/pause.h"
#include "jobs/sql.h"

namespace tenure::jobs {
namespace {

constexpr Milliseconds kBeforeNextSession{1000};

}  // namespace

WorkListener::WorkListener(pg::ConnectionSettings control, std::function<void()> on_work)
    : control_(std::move(control)), on_work_(std::move(on_work)), thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          try {
            listen(stop);
          } catch (const Error&) {
            pause(kBeforeNextSession, stop);
          }
        }
      }) {}

void WorkListener::listen(const std::stop_token& stop) const {
  const Call call{Deadline(), stop};
  auto session = pg::Connection::open(control_, call);
  session.exec(sql::kListenForWork);
  on_work_();
  while (!session.wait_for_notifications(call).empty()) on_work_();
}

}  // namespace tenure::jobs
