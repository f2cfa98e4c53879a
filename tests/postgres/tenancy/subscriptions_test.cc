#include "tenancy/subscriptions.h"

#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// One subscription in force a tenant; the former ones are kept until the tenant goes (B5).
namespace tenure::tenancy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SubscriptionsTest : public TenancyTest {
 protected:
  Subscriptions subscriptions_{pool_};
  const TenantId tenant_ = tenant().id;
};

TEST_F(SubscriptionsTest, IsReadBackAsPutAndChangedInPlace) {
  EXPECT_FALSE(subscriptions_.find(tenant_, call_));
  const WallTime renews_at{std::chrono::seconds(1'900'000'000)};
  const auto put = subscriptions_.put(
      tenant_, {.plan = "plus", .status = SubscriptionStatus::trialing, .price = "49.9", .renews_at = renews_at},
      call_);
  EXPECT_EQ(put.plan, "plus");
  EXPECT_EQ(put.status, SubscriptionStatus::trialing);
  EXPECT_EQ(put.price, "49.90");
  EXPECT_EQ(put.renews_at, renews_at);
  EXPECT_FALSE(put.cancelled_at);
  const auto changed = subscriptions_.put(tenant_, {.plan = "pro", .status = SubscriptionStatus::past_due}, call_);
  EXPECT_EQ(changed.started_at, put.started_at);
  EXPECT_EQ(changed.price, "0.00");
  EXPECT_FALSE(changed.renews_at);
  const auto found = subscriptions_.find(tenant_, call_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->plan, "pro");
  EXPECT_EQ(found->status, SubscriptionStatus::past_due);
  EXPECT_EQ(count("subscriptions"), "1");
}

TEST_F(SubscriptionsTest, CancelledOneIsKeptBesideTheNext) {
  subscriptions_.put(tenant_, {.plan = "basic"}, call_);
  const auto cancelled = subscriptions_.cancel(tenant_, call_);
  EXPECT_EQ(cancelled.status, SubscriptionStatus::cancelled);
  ASSERT_TRUE(cancelled.cancelled_at);
  const auto before = all_rows();
  EXPECT_EQ(subscriptions_.cancel(tenant_, call_).cancelled_at, cancelled.cancelled_at);
  EXPECT_EQ(all_rows(), before);
  EXPECT_EQ(subscriptions_.find(tenant_, call_)->plan, "basic");
  subscriptions_.put(tenant_, {.plan = "plus"}, call_);
  EXPECT_EQ(subscriptions_.find(tenant_, call_)->plan, "plus");
  EXPECT_EQ(db_.value("select string_agg(plan || ' ' || status, ', ' order by plan) from tenancy.subscriptions"),
            "basic cancelled, plus active");
}

TEST_F(SubscriptionsTest, CancellingWhatNeverWasIsNotFound) {
  expect_refused(ErrorCode::not_found, "subscription", [&] { subscriptions_.cancel(tenant_, call_); });
}

TEST_F(SubscriptionsTest, EveryProblemIsToldAtOnce) {
  const SubscriptionChange change{.plan = "", .status = SubscriptionStatus::cancelled, .price = "much"};
  expect_refused(ErrorCode::invalid_argument, "plan", [&] { subscriptions_.put(tenant_, change, call_); });
  EXPECT_THAT(error_of([&] { subscriptions_.put(tenant_, change, call_); }).problems(),
              ElementsAre(StartsWith("plan: "), StartsWith("status: "), StartsWith("price: ")));
}

TEST_F(SubscriptionsTest, PricesAreDecimalsWithTwoDigits) {
  for (const auto* price : {"", "-1", "+1", "1.", ".5", "1.234", "1,50", "1e3", "NaN", "12345678901", " 1", "0x1"}) {
    expect_refused(ErrorCode::invalid_argument, "price",
                   [&] { subscriptions_.put(tenant_, {.plan = "plus", .price = price}, call_); });
  }
  for (const auto& [price, stored] : std::vector<std::pair<const char*, const char*>>{
           {"0", "0.00"}, {"007.5", "7.50"}, {"9999999999.99", "9999999999.99"}}) {
    EXPECT_EQ(subscriptions_.put(tenant_, {.plan = "plus", .price = price}, call_).price, stored);
  }
}

TEST_F(SubscriptionsTest, PlansAreUpToSixtyCharacters) {
  for (const auto& plan : {std::string(61, 'x'), std::string("a\nb"), std::string("a\xFF")}) {
    expect_refused(ErrorCode::invalid_argument, "plan", [&] { subscriptions_.put(tenant_, {.plan = plan}, call_); });
  }
  EXPECT_EQ(subscriptions_.put(tenant_, {.plan = std::string(60, 'x')}, call_).plan, std::string(60, 'x'));
}

TEST_F(SubscriptionsTest, StatesHaveNamesAndOthersAreRefused) {
  for (const auto status : {SubscriptionStatus::trialing, SubscriptionStatus::active, SubscriptionStatus::past_due,
                            SubscriptionStatus::cancelled}) {
    EXPECT_EQ(parse_subscription_status(to_string(status)), status);
  }
  const auto error = error_of([] { parse_subscription_status("Active"); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.what(), HasSubstr("status: not one of trialing, active, past_due and cancelled"));
}

TEST_F(SubscriptionsTest, ManyPutAtOnceAreOne) {
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 4; ++at) {
      callers.emplace_back([&] { EXPECT_NO_THROW(subscriptions_.put(tenant_, {.plan = "plus"}, call_)); });
    }
  }
  EXPECT_EQ(count("subscriptions"), "1");
}

TEST_F(SubscriptionsTest, UnknownTenantIsNotFoundAndOneBeingDeletedIsNotChanged) {
  subscriptions_.put(tenant_, {.plan = "plus"}, call_);
  const auto nobody = TenantId::random();
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { subscriptions_.find(nobody, call_); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { subscriptions_.put(nobody, {.plan = "plus"}, call_); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { subscriptions_.cancel(nobody, call_); });
  tenants_.begin_deletion(tenant_, JobId::random(), call_);
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { subscriptions_.put(tenant_, {.plan = "plus"}, call_); });
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { subscriptions_.cancel(tenant_, call_); });
  EXPECT_EQ(subscriptions_.find(tenant_, call_)->status, SubscriptionStatus::cancelled);
}

}  // namespace
}  // namespace tenure::tenancy
