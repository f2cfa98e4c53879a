#pragma once

#include <string>

#include "base/secret.h"
#include "notifications/channel.h"

namespace tenure::notifications {

/// Datadog's events, by POST /api/v1/events (https://docs.datadoghq.com/api/latest/events/).
class Datadog final : public Channel {
 public:
  /// `url`: of the site, without a path: https://api.datadoghq.eu
  Datadog(std::string url, Secret api_key) : url_(std::move(url)), api_key_(std::move(api_key)) {}
  std::string_view name() const override { return "datadog"; }
  http::Request request_for(const Notice& notice) const override;

 private:
  const std::string url_;
  const Secret api_key_;
};

}  // namespace tenure::notifications
