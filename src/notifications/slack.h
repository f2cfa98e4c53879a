#pragma once

#include "base/secret.h"
#include "notifications/channel.h"

namespace tenure::notifications {

/// An incoming webhook that takes {"text": …}, as Slack's, Mattermost's and Rocket.Chat's do
/// (https://api.slack.com/messaging/webhooks). The text is escaped, so that no fact can mention or link.
class Slack final : public Channel {
 public:
  explicit Slack(Secret url) : url_(std::move(url)) {}
  std::string_view name() const override { return "slack"; }
  http::Request request_for(const Notice& notice) const override;

 private:
  const Secret url_;
};

}  // namespace tenure::notifications
