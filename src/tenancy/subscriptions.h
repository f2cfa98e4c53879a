#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/clock.h"
#include "base/ids.h"
#include "pg/pool.h"

namespace tenure::tenancy {

enum class SubscriptionStatus { trialing, active, past_due, cancelled };
std::string_view to_string(SubscriptionStatus status);
/// @throws Error(invalid_argument) naming `field` and listing the states there are.
SubscriptionStatus parse_subscription_status(std::string_view text, std::string_view field = "status");

struct Subscription {
  std::string plan;  ///< 1 to 60 characters, as the product names it
  SubscriptionStatus status = SubscriptionStatus::active;
  std::string price;  ///< a decimal with at most two digits behind the point, not negative: "49.90"
  WallTime started_at;
  std::optional<WallTime> renews_at;
  std::optional<WallTime> cancelled_at;
};

struct SubscriptionChange {
  std::string plan;
  SubscriptionStatus status = SubscriptionStatus::active;  ///< not cancelled: see cancel
  std::string price = "0";
  std::optional<WallTime> renews_at = std::nullopt;
};

/// The subscription in force of each tenant; cancelled ones are kept until the tenant goes. Thread-safe; throws as
/// Members.
class Subscriptions {
 public:
  explicit Subscriptions(pg::Pool& database) : database_(database) {}

  /// The one in force, else the one cancelled last; nullopt when there never was one.
  std::optional<Subscription> find(const TenantId& tenant, const Call& call);
  /// Changes the one in force, or begins one. @throws Error(invalid_argument) with every problem of the fields.
  Subscription put(const TenantId& tenant, const SubscriptionChange& change, const Call& call);
  /// Harmless to repeat. @throws Error(not_found) "subscription: …" when there never was one.
  Subscription cancel(const TenantId& tenant, const Call& call);

 private:
  pg::Pool& database_;
};

}  // namespace tenure::tenancy
