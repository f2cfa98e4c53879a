#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "notifications/attempt.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::notifications {

/// Somewhere that kept notices are delivered to. One thread at a time.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// For logs: "webhook".
  virtual std::string_view kind() const = 0;
  /// The receivers of kept notices that are its own.
  virtual const std::vector<std::string>& keys() const = 0;
  /// Tries once, within the call. May throw Error, which is a try that may pass.
  virtual Attempt deliver(const KeptNotice& notice, const Call& call) = 0;
};

}  // namespace tenure::notifications
