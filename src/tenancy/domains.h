#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "base/ids.h"
#include "pg/pool.h"

namespace tenure::tenancy {

/// A host name in the one spelling it is stored and compared in: lower case, without a trailing dot.
/// @throws Error(invalid_argument) naming `field` unless it is a name of two or more labels by RFC 1123, at most 253
/// characters; an address with numbers only is none.
std::string parse_domain(std::string_view text, std::string_view field = "domain");

/// Whether the domain, in that spelling, is the base domain or ends in it after a dot.
bool is_within(std::string_view domain, std::string_view base_domain);

struct Domain {
  std::string domain;
  bool is_primary = false;
  WallTime created_at;
};

/// The host names of tenants: unique over all of them, one primary a tenant. Thread-safe; throws as Members.
class Domains {
 public:
  /// `base_domains`: the product's own, as TenantRouter has them. What is within them is found by slugs.
  explicit Domains(pg::Pool& database, std::vector<std::string> base_domains = {})
      : database_(database), base_domains_(std::move(base_domains)) {}

  /// The primary one first, then by name.
  std::vector<Domain> list(const TenantId& tenant, const Call& call);
  /// A tenant's first domain is its primary one. @throws Error(conflict) "domain: …" when it is taken, by whomever;
  /// Error(invalid_argument) "domain: …" for one within a base domain, which would be another tenant's host.
  Domain add(const TenantId& tenant, const std::string& domain, const Call& call);
  /// In one transaction the former primary one ceases to be it. @throws Error(not_found) "domain: …".
  Domain make_primary(const TenantId& tenant, const std::string& domain, const Call& call);
  /// When the primary one goes, the oldest of the others takes its place. @throws Error(not_found) "domain: …".
  void remove(const TenantId& tenant, const std::string& domain, const Call& call);

 private:
  pg::Pool& database_;
  const std::vector<std::string> base_domains_;
};

}  // namespace tenure::tenancy
