#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/ids.h"
#include "pg/pool.h"

namespace tenure::tenancy {

/// What a request says about the tenant it is for.
struct RoutingHints {
  std::string host;                      ///< the Host header as sent, port included
  std::optional<std::string> tenant_id;  ///< the X-Tenant-ID header as sent
  std::optional<UserId> user;            ///< the caller, when it is a person
};

/// Finds the tenant that a request is for when its path names none (spec D9): by the exact domain of the host; by the
/// host's first label, which is a slug, when the rest is one of the product's own domains; by X-Tenant-ID; by the
/// user's default tenant, which is the oldest membership when none was chosen. The first hint that names a tenant
/// decides; it is never passed over for a later one. Thread-safe.
class TenantRouter {
 public:
  /// `base_domains`: the product's own, in lower case, under which each slug is a host: {"example.com"}.
  TenantRouter(pg::Pool& database, std::vector<std::string> base_domains)
      : database_(database), base_domains_(std::move(base_domains)) {}

  /// @throws Error(not_found) "tenant: …", one message, when no hint names a tenant, or the named one is unknown, not
  /// live, or one that the user is no member of; Error(invalid_argument) "X-Tenant-ID: …" when it is not a UUID, "Host:
  /// …" when it is malformed.
  TenantId route(const RoutingHints& hints, const Call& call);

 private:
  std::optional<std::string> slug_under_base_domain(const std::string& domain) const;

  pg::Pool& database_;
  const std::vector<std::string> base_domains_;
};

}  // namespace tenure::tenancy
