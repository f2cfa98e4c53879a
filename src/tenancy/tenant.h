#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace tenure::tenancy {

/// `deleting` begins when a deletion job is ordered and ends with the record itself.
enum class TenantStatus { active, suspended, deleting };

std::string_view to_string(TenantStatus status);
/// @throws Error(internal) for text that the table cannot hold.
TenantStatus parse_tenant_status(std::string_view text);

struct Tenant {
  TenantId id;
  std::string name;
  std::string slug;  ///< the first label of a host name under which the tenant is found
  UserId owner;
  TenantStatus status = TenantStatus::active;
  std::string time_zone;
  WallTime created_at;
  WallTime updated_at;
  std::optional<WallTime> deleted_at;   ///< soft-deleted: hidden, to be restored until erase_after
  std::optional<WallTime> erase_after;  ///< set together with deleted_at
  std::optional<JobId> deletion_job;    ///< set while deleting

  /// Neither suspended, soft-deleted nor being deleted: its members may act.
  bool is_live() const { return status == TenantStatus::active && !deleted_at; }
};

struct NewTenant {
  std::string name;                                ///< 1 to 255 characters after trimming, no control characters
  std::optional<std::string> slug = std::nullopt;  ///< made of the name, and made unique, when absent
  UserId owner;
  std::string time_zone = "UTC";              ///< one that PostgreSQL knows
  std::optional<TenantId> id = std::nullopt;  ///< for the operator who moves tenants here from elsewhere
};

/// What is absent stays.
struct TenantChange {
  std::optional<std::string> name = std::nullopt;
  std::optional<std::string> slug = std::nullopt;
  std::optional<std::string> time_zone = std::nullopt;
};

struct TenantFilter {
  std::optional<UserId> member = std::nullopt;     ///< only tenants with this member
  bool with_deleted = false;                       ///< soft-deleted ones and those being deleted too
  std::optional<std::string> find = std::nullopt;  ///< in the name or the slug, in either case, or how the id begins
  int limit = 100;                                 ///< 1 to 500
  std::optional<std::string> cursor = std::nullopt;
};

struct TenantPage {
  std::vector<Tenant> tenants;  ///< newest first
  std::string next;             ///< cursor of the following page; empty on the last one
};

/// Hosts of the product itself, such as www and api, which no tenant's slug may be.
bool is_reserved_slug(std::string_view slug);

/// "Café Müller & Söhne" → "caf-m-ller-s-hne"; 1 to 50 of a-z, 0-9 and '-', "tenant" when nothing is left.
std::string slug_of_name(std::string_view name);

}  // namespace tenure::tenancy
