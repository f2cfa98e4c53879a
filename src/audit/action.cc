#include "audit/action.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace tenure::audit {
namespace {

constexpr std::array<std::string_view, 44> kNames{
    "deletion_scheduled",
    "deletion_awaiting_approval",
    "deletion_pending",
    "deletion_running",
    "deletion_verifying",
    "deletion_compensating",
    "deletion_held",
    "deletion_completed",
    "deletion_failed",
    "deletion_rolled_back",
    "deletion_compensation_failed",
    "deletion_cancelled",
    "approval_given",
    "cancellation_ordered",
    "retry_ordered",
    "restoration_ordered",
    "deletion_rescheduled",
    "hold_placed",
    "hold_released",
    "archive_key_destroyed",
    "tenant_created",
    "tenant_changed",
    "tenant_suspended",
    "tenant_activated",
    "tenant_soft_deleted",
    "tenant_restored",
    "member_added",
    "member_changed",
    "member_removed",
    "ownership_transferred",
    "invitation_made",
    "invitation_revoked",
    "domain_added",
    "domain_changed",
    "domain_removed",
    "setting_changed",
    "subscription_changed",
    "subscription_cancelled",
    "account_added",
    "account_changed",
    "account_suspended",
    "account_activated",
    "platform_admin_granted",
    "platform_admin_revoked",
};
static_assert(kNames.size() == static_cast<std::size_t>(Action::platform_admin_revoked) + 1);

}  // namespace

std::span<const std::string_view> action_names() { return kNames; }

std::string_view to_string(Action action) { return kNames.at(static_cast<std::size_t>(action)); }

Action parse_action(std::string_view text) {
  const auto* const found = std::ranges::find(kNames, text);
  if (found == kNames.end()) throw Error(ErrorCode::corrupt, "the audit log has an action that is not known");
  return static_cast<Action>(found - kNames.begin());
}

}  // namespace tenure::audit
