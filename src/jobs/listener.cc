#include "jobs/listener.h"

#include "base/error.h"
#include "base/pause.h"

namespace tenure::jobs {
namespace {

constexpr Milliseconds kBeforeNextSession{1000};

}  // namespace

Listener::Listener(pg::ConnectionSettings control, pg::Sql listen, Hooks hooks)
    : control_(std::move(control)),
      listen_(std::move(listen)),
      hooks_(std::move(hooks)),
      thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          try {
            hear(stop);
          } catch (const Error&) {
            pause(kBeforeNextSession, stop);
          }
        }
      }) {}

void Listener::hear(const std::stop_token& stop) const {
  const Call call{Deadline(), stop};
  auto session = pg::Connection::open(control_, call);
  session.exec(listen_);
  hooks_.on_session();
  for (;;) {
    const auto payloads = session.wait_for_notifications(call);
    if (payloads.empty()) return;
    hooks_.on_payloads(payloads);
  }
}

}  // namespace tenure::jobs
