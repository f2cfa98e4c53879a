#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>

#include "erasure/deletion_preview.h"
#include "erasure/erase_user.h"
#include "jobs/job_store.h"
#include "jobs/legal_holds.h"

namespace tenure::erasure {

/// The job's result (spec C2): {"job_id", "status", "tenant_id", "tenant_name", "initiated_by",
/// "total_items_deleted", "services_completed", "services_failed", "service_results": {service: {"status",
/// "deleted_counts", "total", "errors", "attempts", "duration"}}, "duration", "started_at", "completed_at"}. Durations
/// are seconds, times RFC 3339; what is not known yet is null. In a user's job tenant_id is null, and it has "user_id"
/// and "owned_tenants": [{"tenant_id", "outcome": "transferred" or "deleted", "new_owner_id", "deletion_job_id",
/// "status", "errors"}].
///
/// Beside that what was decided about the job: {"created_at", "errors", "run_at", "priority", "on_failure",
/// "needs_approval", "approvals": [{"approver", "digest", "given_at", "lapsed_at"}], "cancel_requested": {"at", "by"},
/// "hold": {"since"}, "waits_until", "archive": {"retained_until", "destroyed_at"}}.
nlohmann::json job_to_json(const jobs::Job& job);

/// {"jobs": […], "next_cursor": null on the last page}.
nlohmann::json job_page_to_json(const jobs::JobPage& page);

/// {"number", "from", "to", "epoch", "by", "reason", "at"}.
nlohmann::json transition_to_json(const jobs::Transition& change);
/// {"transitions": [transition…]}.
nlohmann::json transitions_to_json(const std::vector<jobs::Transition>& transitions);

/// What tenants are called, as far as anybody knows.
using TenantNames = std::map<TenantId, std::string>;

/// {"number", "tenant_id", "tenant_name", "reason", "placed_by", "placed_at", "released_by", "released_at"}.
nlohmann::json hold_to_json(const jobs::LegalHold& hold, const TenantNames& names);
/// {"holds": […], "next_cursor": null on the last page}.
nlohmann::json hold_page_to_json(const jobs::HoldPage& page, const TenantNames& names);

/// The aggregated preview (spec C12): {"tenant_id", "tenant_name", "total_items", "services_failed",
/// "services": {service: what it says of itself (spec A1), or {"errors"}}, "digest": what an approval is bound to}.
nlohmann::json preview_to_json(const DeletionPreview& preview);

/// {"user_id", "owned_tenants": [{"tenant_id", "tenant_name", "outcome": "transfer", "delete" or "blocked",
/// "new_owner_id"}], "memberships", "total_items", "services_failed", "services": as above}. Items are rows to delete
/// or to change.
nlohmann::json user_preview_to_json(const UserDeletionPreview& preview);

}  // namespace tenure::erasure
