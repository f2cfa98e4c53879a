#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "pg/pool.h"
#include "tenancy/provisioning.h"
#include "tenancy/tenant.h"

namespace tenure::tenancy {

/// Creates schema `tenancy` and its tables where they are missing. Safe to repeat and from several processes at once.
void install_schema(pg::Connection& connection);

/// The records of tenants and their life: created, changed, suspended, soft-deleted, restored, given to a deletion job.
/// The record itself goes with the tenant's other rows, by the plan of the service that holds this schema. Thread-safe.
///
/// Every member may throw Error(unavailable) or Error(timeout); those that take a tenant throw Error(not_found)
/// "tenant_id: …" when there is none. What a caller may do is decided before.
class Tenants {
 public:
  /// `provisioning` may be null: tenants then need nothing in other databases.
  explicit Tenants(pg::Pool& database, Provisioning* provisioning = nullptr)
      : database_(database), provisioning_(provisioning) {}

  /// Makes the tenant with its owner as first member, in one transaction that commits when what it needs elsewhere is
  /// there; a crash in between leaves that without a tenant, never a tenant without it. @throws Error(invalid_argument)
  /// with every problem of the fields; Error(conflict) "slug: …" or "tenant_id: …" when it is taken.
  Tenant create(const NewTenant& tenant, const Call& call);
  /// Whatever its state.
  std::optional<Tenant> find(const TenantId& tenant, const Call& call);
  Tenant get(const TenantId& tenant, const Call& call);
  /// What they are called, whatever their state; without those that are gone.
  std::map<TenantId, std::string> names(const std::vector<TenantId>& tenants, const Call& call);
  /// @throws Error(invalid_argument) for a limit out of range, a malformed cursor or text that no name could have.
  TenantPage list(const TenantFilter& filter, const Call& call);
  /// @throws as create; Error(conflict) while it is being deleted.
  Tenant update(const TenantId& tenant, const TenantChange& change, const Call& call);

  /// Members may not act until activate(). Both are harmless to repeat. @throws Error(conflict) while it is being
  /// deleted.
  Tenant suspend(const TenantId& tenant, const Call& call);
  Tenant activate(const TenantId& tenant, const Call& call);

  /// Hides the tenant for `window`, after which it is due for erasure; nothing else changes. Repeating it keeps the
  /// first date. @throws Error(conflict) while it is being deleted.
  Tenant soft_delete(const TenantId& tenant, std::chrono::seconds window, const Call& call);
  /// Undoes a soft deletion: every row is as it was before. @throws Error(conflict) when it is not soft-deleted, its
  /// window has ended, or it is being deleted.
  Tenant restore(const TenantId& tenant, const Call& call);
  /// Soft-deleted tenants whose window has ended and that no job deletes yet, the most overdue first.
  /// At most `limit` behind `after`; none behind one that is gone.
  std::vector<TenantId> due_for_erasure(int limit, const Call& call,
                                        const std::optional<TenantId>& after = std::nullopt);

  /// The fence before a deletion: from here on members may do nothing and nothing restores it. Cancels the subscription
  /// and revokes open invitations in the same transaction. Repeating it with another job makes that one the tenant's.
  void begin_deletion(const TenantId& tenant, const JobId& job, const Call& call);
  /// Takes the fence down again: state, subscription and invitations are as they were before. Nothing when the tenant
  /// is not there or it is another job that deletes it, so harmless to repeat. A window of soft deletion that has ended
  /// meanwhile ends a day later, so that the same deletion does not begin again at once.
  void undo_deletion(const TenantId& tenant, const JobId& job, const Call& call);
  /// Tenants that are being deleted, with their jobs, in the order of their ids; at most `limit` behind `after`.
  std::vector<std::pair<TenantId, JobId>> deleting(const std::optional<TenantId>& after, int limit, const Call& call);

 private:
  Tenant set_status(const TenantId& tenant, TenantStatus status, const Call& call);

  pg::Pool& database_;
  Provisioning* const provisioning_;
};

}  // namespace tenure::tenancy
