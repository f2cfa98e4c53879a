#pragma once

#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "notifications/queue/receiver.h"

namespace tenure::notifications {

/// A receiver of signed JSON, by the specification at https://www.standardwebhooks.com: headers webhook-id, the same
/// for each try of one notice, webhook-timestamp, that of the try, and webhook-signature. The body is the notice's
/// payload.
class Webhook final : public Receiver {
 public:
  static constexpr const char* kKey = "webhook";

  /// `key`: the bytes that both sides know.
  Webhook(Secret url, Secret key, const Clock& clock) : url_(std::move(url)), key_(std::move(key)), clock_(clock) {}

  std::string_view kind() const override { return kKey; }
  const std::vector<std::string>& keys() const override { return keys_; }
  Attempt deliver(const KeptNotice& notice, const Call& call) override { return post(request_for(notice), call); }

  http::Request request_for(const KeptNotice& notice) const;

 private:
  const std::vector<std::string> keys_{kKey};
  const Secret url_;
  const Secret key_;
  const Clock& clock_;
};

}  // namespace tenure::notifications
