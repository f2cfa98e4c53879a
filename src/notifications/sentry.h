#pragma once

#include <string>

#include "base/secret.h"
#include "notifications/channel.h"

namespace tenure::notifications {

/// An event in an envelope, as https://develop.sentry.dev/sdk/data-model/envelopes/ describes it.
class Sentry final : public Channel {
 public:
  /// @throws Error(invalid_argument) when the DSN is not http(s)://KEY@HOST/PROJECT; without any part of it.
  explicit Sentry(const Secret& dsn);
  std::string_view name() const override { return "sentry"; }
  http::Request request_for(const Notice& notice) const override;

 private:
  std::string endpoint_;
  Secret key_;
};

}  // namespace tenure::notifications
