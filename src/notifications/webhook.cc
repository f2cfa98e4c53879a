#include "notifications/webhook.h"

#include <fmt/format.h>

#include <chrono>

#include "base/base64.h"
#include "base/hmac.h"

namespace tenure::notifications {

http::Request Webhook::request_for(const KeptNotice& notice) const {
  const auto id = notice.id.str();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  const auto signature = to_base64(hmac_sha256(key_, fmt::format("{}.{}.{}", id, now, notice.payload)));
  return {
      .method = "POST",
      .url = url_.reveal(),
      .headers = {"webhook-id: " + id, fmt::format("webhook-timestamp: {}", now), "webhook-signature: v1," + signature},
      .body = notice.payload};
}

}  // namespace tenure::notifications
