#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/email.h"
#include "base/secret.h"
#include "cli/assembly.h"
#include "cli/options.h"

namespace tenure::cli {

/// Who the super tenant is to be (spec D2).
struct SuperTenantTerms {
  std::string name;
  Email owner;
  std::optional<Secret> password;  ///< of a new account; without one it cannot log in
};

/// Each from the command line, else from SUPER_TENANT_NAME, SUPER_TENANT_OWNER_EMAIL and SUPER_TENANT_OWNER_PASSWORD,
/// with the environment's prefix first, else by default. @throws Error(invalid_argument) naming what is no name, no
/// address or no acceptable password.
SuperTenantTerms super_tenant_terms(const Options& options, const estate::Estate& estate);

/// Makes the tenant with its owner's account and its schemas, each unless it is there. {"tenant_id", "name",
/// "owner_id", "created"}. @throws Error(refused) where tenants or accounts are not managed.
nlohmann::json ensure_super_tenant(Assembly& assembly, const SuperTenantTerms& terms);

/// Whether an estate can have one: it keeps tenants and accounts, and a service has a schema a tenant.
bool can_have_super_tenant(const estate::Estate& estate);

}  // namespace tenure::cli
