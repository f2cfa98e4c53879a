#include "events/handler.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "base/pause.h"
#include "events/backoff.h"

namespace tenure::events {
namespace {

constexpr int kTriesInVain = 3;

}  // namespace

std::optional<Outcome> handle_patiently(const Handler& handler, const Message& message, const std::stop_token& stop,
                                        const std::function<void(const std::string& what)>& on_error) {
  const auto report = [&](const char* what) {
    if (on_error) on_error(what);
  };
  for (int failures = 1; !stop.stop_requested(); ++failures) {
    bool may_pass = false;
    try {
      auto outcome = handler(message, stop);
      TENURE_FAILPOINT("inbox.effect.after");
      return outcome;
    } catch (const Error& error) {
      if (stop.stop_requested()) break;
      may_pass = error.retry() == Retry::later || error.code() == ErrorCode::unavailable;
      report(error.what());
    } catch (const std::exception&) {
      report("a message was not handled because of an exception that is not Tenure's");
    }
    if (!may_pass && failures == kTriesInVain) return Outcome{.is_understood = false};
    pause(backoff(failures), stop);
  }
  return std::nullopt;
}

}  // namespace tenure::events
