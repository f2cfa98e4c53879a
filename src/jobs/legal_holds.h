#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "jobs/transition.h"
#include "pg/pool.h"

namespace tenure::jobs {

/// While it stands, no deletion of the tenant starts, a running one stops before its next step, and no archive of the
/// tenant's rows is destroyed.
struct LegalHold {
  std::int64_t number = 0;
  TenantId tenant;
  std::string reason;
  std::string placed_by;  ///< an Actor, as is released_by
  WallTime placed_at;
  std::optional<std::string> released_by = std::nullopt;
  std::optional<WallTime> released_at = std::nullopt;
};

/// "tenant_id: legal hold 7 stands …", as Error(conflict). Its reason stays out of it.
Error under_hold(const LegalHold& hold);

struct HoldFilter {
  std::optional<TenantId> tenant = std::nullopt;
  bool with_released = false;
  int limit = 100;                                   ///< 1 to 500
  std::optional<std::string> cursor = std::nullopt;  ///< of the page before
};

struct HoldPage {
  std::vector<LegalHold> holds;  ///< newest first
  std::string next;              ///< cursor of the following page; empty on the last one
};

/// The legal holds of a control database. Thread-safe.
class LegalHolds {
 public:
  explicit LegalHolds(pg::Pool& control, TransitionHook on_transition = {})
      : control_(control), on_transition_(std::move(on_transition)) {}

  /// Stops the tenant's job where nobody works on it; a worker stops before its next step. A scheduled job stays
  /// scheduled, and does not start. @throws Error(invalid_argument) "reason: …" without one or for more than 500
  /// characters, Error(conflict) when a hold stands already.
  LegalHold place(const TenantId& tenant, const std::string& reason, const Actor& by);
  /// Lets the tenant's job that was stopped go on from where it stands. @throws Error(not_found) when no hold stands.
  LegalHold release(const TenantId& tenant, const Actor& by);
  /// @throws Error(invalid_argument) for a limit out of range or a malformed cursor.
  HoldPage list(const HoldFilter& filter);
  std::optional<LegalHold> find(const TenantId& tenant);

 private:
  pg::Pool& control_;
  const TransitionHook on_transition_;
};

/// Keeps holds from being placed or released, and jobs from being added or brought back to life, for the rest of the
/// transaction.
void lock_subject(pg::Transaction& transaction, const Subject& subject);
/// The hold that stands on a subject that is a tenant.
std::optional<LegalHold> find_hold(pg::Transaction& transaction, const Subject& subject);

}  // namespace tenure::jobs
