#pragma once

#include "base/call.h"
#include "tenancy/tenant.h"

namespace tenure::tenancy {

/// What a new tenant needs in other databases before anybody sees it: its schemas. Thread-safe.
class Provisioning {
 public:
  virtual ~Provisioning() = default;

  /// Makes all of it, or throws and leaves nothing. Harmless to repeat.
  virtual void provision(const Tenant& tenant, const Call& call) = 0;
  /// Takes back what provision() has made for a tenant that did not come to be. Throws nothing: what cannot be removed
  /// is found by a check of the schemas.
  virtual void take_back(const TenantId& tenant) = 0;
};

}  // namespace tenure::tenancy
