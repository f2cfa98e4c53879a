#include "messaging/service_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

// C11: requests to services as JSON; a malformed one is refused with the field, never its value.
namespace tenure::messaging {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const TenantId kTenant = TenantId::parse("11111111-1111-4111-8111-111111111111");
const JobId kJob = JobId::parse("22222222-2222-4222-8222-222222222222");

std::string refusal(const json& body) {
  try {
    request_from_json_text(body.dump());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "none";
}

json valid() {
  return {{"service", "orders"}, {"operation", "preview"}, {"tenant_id", kTenant.str()}, {"timeout_ms", 1000}};
}

TEST(ServiceRequest, CarriesAllOfAnErasure) {
  const store::EraseRequest order{.subject = kTenant,
                                  .idempotency_key = "job:orders:2",
                                  .job = kJob,
                                  .epoch = 7,
                                  .archive_key = archive::WrappedKey{"v1.a.b"}};
  auto request = erase_request("orders", order);
  request.timeout = Milliseconds(1234);
  const auto read = request_from_json_text(to_json_text(request));
  EXPECT_EQ(read.service, "orders");
  EXPECT_EQ(read.operation, Operation::erase);
  EXPECT_EQ(read.timeout, Milliseconds(1234));
  const auto again = to_erase_request(read, "not needed");
  EXPECT_EQ(again.subject, order.subject);
  EXPECT_EQ(again.idempotency_key, order.idempotency_key);
  EXPECT_EQ(again.job, order.job);
  EXPECT_EQ(again.epoch, order.epoch);
  EXPECT_EQ(again.archive_key, order.archive_key);
}

TEST(ServiceRequest, CarriesAllOfARestoration) {
  const store::RestoreRequest order{.subject = UserId::random(), .job = kJob, .epoch = 9, .archive_key = {"v1.c.d"}};
  const auto again = to_restore_request(request_from_json_text(to_json_text(restore_request("crm", order))));
  EXPECT_EQ(again.subject, order.subject);
  EXPECT_EQ(again.job, order.job);
  EXPECT_EQ(again.epoch, order.epoch);
  EXPECT_EQ(again.archive_key, order.archive_key);
}

TEST(ServiceRequest, AnErasureWithoutAKeyHasThatOfItsMessage) {
  const auto request = erase_request("orders", {.subject = kTenant});
  EXPECT_EQ(to_erase_request(request_from_json_text(to_json_text(request)), "the message").idempotency_key,
            "the message");
}

TEST(ServiceRequest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(refusal(valid()), "none");
  const auto with = [](const char* field, json value) {
    auto body = valid();
    body[field] = std::move(value);
    return refusal(body);
  };
  const auto without = [](const char* field) {
    auto body = valid();
    body.erase(field);
    return refusal(body);
  };
  EXPECT_THAT(without("service"), HasSubstr("service"));
  EXPECT_THAT(without("operation"), HasSubstr("operation"));
  EXPECT_THAT(without("tenant_id"), HasSubstr("tenant_id"));
  EXPECT_THAT(without("timeout_ms"), HasSubstr("timeout_ms"));
  EXPECT_THAT(with("user_id", kTenant.str()), HasSubstr("one of tenant_id and user_id"));
  EXPECT_THAT(with("operation", "drop-everything"), HasSubstr("operation"));
  EXPECT_THAT(with("operation", "drop-everything"), Not(HasSubstr("drop")));
  EXPECT_THAT(with("tenant_id", "ann@example.org"), Not(HasSubstr("ann")));
  EXPECT_THAT(with("tenant_id", 7), HasSubstr("tenant_id"));
  EXPECT_THAT(with("timeout_ms", -1), HasSubstr("timeout_ms"));
  EXPECT_THAT(with("timeout_ms", 1.5), HasSubstr("timeout_ms"));
  EXPECT_THAT(with("epoch", "x"), HasSubstr("epoch"));
  EXPECT_THAT(with("job_id", "x"), HasSubstr("job_id"));
  EXPECT_THAT(with("operation", "restore"), HasSubstr("archive_key"));
}

TEST(ServiceRequest, RefusesWhatIsNoObject) {
  for (const auto* text : {"", "{", "[]", "7", "null", "\xff"}) {
    EXPECT_THROW(request_from_json_text(text), Error) << text;
  }
}

}  // namespace
}  // namespace tenure::messaging
