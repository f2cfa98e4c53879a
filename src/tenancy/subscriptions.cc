#include "tenancy/subscriptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

constexpr std::size_t kLongestPlan = 60;
constexpr std::size_t kMostDigits = 10;  // before the point
constexpr std::array kStatuses{SubscriptionStatus::trialing, SubscriptionStatus::active, SubscriptionStatus::past_due,
                               SubscriptionStatus::cancelled};

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
}

bool is_price(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto cents = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  return !whole.empty() && whole.size() <= kMostDigits && are_digits(whole) && !cents.empty() && cents.size() <= 2 &&
         are_digits(cents);
}

void require_acceptable(const SubscriptionChange& change) {
  std::vector<std::string> problems;
  if (!is_name(change.plan, kLongestPlan)) {
    problems.push_back(fmt::format("plan: not 1 to {} characters without control characters", kLongestPlan));
  }
  if (change.status == SubscriptionStatus::cancelled) {
    problems.emplace_back("status: a subscription is cancelled by a request of its own");
  }
  if (!is_price(change.price)) problems.emplace_back("price: not a decimal such as 49.90");
  if (problems.empty()) return;
  auto message = fmt::format("{}", fmt::join(problems, "; "));
  throw Error(ErrorCode::invalid_argument, std::move(message)).with_problems(std::move(problems));
}

Subscription read_subscription(const pg::Result& rows, int row) {
  return {.plan = rows.text(row, 0),
          .status = parse_subscription_status(rows.text(row, 1)),
          .price = rows.text(row, 2),
          .started_at = time_at(rows, row, 3),
          .renews_at = optional_time_at(rows, row, 4),
          .cancelled_at = optional_time_at(rows, row, 5)};
}

}  // namespace

std::string_view to_string(SubscriptionStatus status) {
  switch (status) {
    case SubscriptionStatus::trialing:
      return "trialing";
    case SubscriptionStatus::active:
      return "active";
    case SubscriptionStatus::past_due:
      return "past_due";
    case SubscriptionStatus::cancelled:
      return "cancelled";
  }
  return "cancelled";
}

SubscriptionStatus parse_subscription_status(std::string_view text, std::string_view field) {
  for (const auto status : kStatuses) {
    if (text == to_string(status)) return status;
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: not one of trialing, active, past_due and cancelled", field));
}

std::optional<Subscription> Subscriptions::find(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kFindSubscription, pg::Params(tenant));
  if (!rows.empty()) return read_subscription(rows, 0);
  if (session->exec(sql::kFindTenant, pg::Params(tenant)).empty()) throw no_such_tenant();
  return std::nullopt;
}

Subscription Subscriptions::put(const TenantId& tenant, const SubscriptionChange& change, const Call& call) {
  require_acceptable(change);
  std::optional<std::int64_t> renews_at;
  if (change.renews_at) renews_at = micros_of(*change.renews_at);
  const pg::Params params(tenant, change.plan, to_string(change.status), change.price, renews_at);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  auto rows = transaction.exec(sql::kUpdateSubscription, params);
  if (rows.empty()) rows = transaction.exec(sql::kAddSubscription, params);
  note(transaction, audit::Action::subscription_changed, tenant, call);
  transaction.commit();
  return read_subscription(rows, 0);
}

Subscription Subscriptions::cancel(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  transaction.exec(sql::kCancelSubscriptions, pg::Params(tenant));
  const auto rows = transaction.exec(sql::kFindSubscription, pg::Params(tenant));
  if (rows.empty()) throw Error(ErrorCode::not_found, "subscription: the tenant never had one");
  note(transaction, audit::Action::subscription_cancelled, tenant, call);
  transaction.commit();
  return read_subscription(rows, 0);
}

}  // namespace tenure::tenancy
