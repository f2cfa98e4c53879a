#pragma once

#include <string_view>

#include "http/client.h"
#include "notifications/notice.h"

namespace tenure::notifications {

/// Somewhere that notices are posted to. Immutable; makes requests and sends none.
class Channel {
 public:
  virtual ~Channel() = default;
  /// For messages about it: "slack".
  virtual std::string_view name() const = 0;
  virtual http::Request request_for(const Notice& notice) const = 0;
};

}  // namespace tenure::notifications
