// Spec E4: a webhook's signature, as another implementation checks it.
#include "notifications/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/support/process.h"

namespace tenure::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST(Webhook, IsSignedOverItsIdItsTimeAndItsBody) {
  const test::ManualClock clock;
  const Webhook webhook(Secret("https://hooks.example/x"), Secret("0123456789abcdef01234567"), clock);
  const KeptNotice notice{.id = Uuid::parse("01234567-89ab-4def-8123-456789abcdef", "id"),
                          .receiver = "webhook",
                          .kind = "deletion.completed",
                          .payload = R"({"job_id": "x"})"};
  const auto request = webhook.request_for(notice);
  EXPECT_EQ(request.url, "https://hooks.example/x");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(request.body, notice.payload);
  ASSERT_THAT(request.headers, ElementsAre("webhook-id: 01234567-89ab-4def-8123-456789abcdef",
                                           StartsWith("webhook-timestamp: "), StartsWith("webhook-signature: v1,")));
  const auto time = request.headers[1].substr(19);
  const auto checked = test::run_process(
      {"python3", "-c",
       "import base64, hashlib, hmac, sys\n"
       "print(base64.b64encode(hmac.new(b'0123456789abcdef01234567', sys.argv[1].encode(), hashlib.sha256).digest())"
       ".decode(), end='')",
       "01234567-89ab-4def-8123-456789abcdef." + time + "." + notice.payload});
  EXPECT_EQ(request.headers[2], "webhook-signature: v1," + checked.output) << checked.errors;
}

}  // namespace
}  // namespace tenure::notifications
