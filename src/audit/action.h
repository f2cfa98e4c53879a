#pragma once

#include <span>
#include <string_view>

namespace tenure::audit {

/// Everything that the audit log tells of; sql/create_notes.sql has the same words, and a test holds them together.
enum class Action {
  // A deletion job has come into this state.
  deletion_scheduled,
  deletion_awaiting_approval,
  deletion_pending,
  deletion_running,
  deletion_verifying,
  deletion_compensating,
  deletion_held,
  deletion_completed,
  deletion_failed,
  deletion_rolled_back,
  deletion_compensation_failed,
  deletion_cancelled,
  // Somebody has decided about one.
  approval_given,
  cancellation_ordered,
  retry_ordered,
  restoration_ordered,
  deletion_rescheduled,
  hold_placed,
  hold_released,
  archive_key_destroyed,  ///< the point of no return
  // Tenants and who belongs to them.
  tenant_created,
  tenant_changed,
  tenant_suspended,
  tenant_activated,
  tenant_soft_deleted,
  tenant_restored,
  member_added,
  member_changed,
  member_removed,
  ownership_transferred,
  invitation_made,
  invitation_revoked,
  domain_added,
  domain_changed,
  domain_removed,
  setting_changed,
  subscription_changed,
  subscription_cancelled,
  // Accounts of people.
  account_added,
  account_changed,
  account_suspended,
  account_activated,
  platform_admin_granted,
  platform_admin_revoked,
};

std::span<const std::string_view> action_names();
std::string_view to_string(Action action);
/// @throws Error(corrupt) for a name that to_string does not give.
Action parse_action(std::string_view text);

}  // namespace tenure::audit
