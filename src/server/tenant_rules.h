#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "server/http.h"
#include "server/tenant_routes.h"

/// The rules of a tenant that come after role and membership (spec B1, B9): who must agree before it goes.
namespace tenure::server {

/// Answers 409 with the list of the other admins when the caller is a person and there are any: with "admins", each
/// {"user_id", "role", "full_name", "email"}. @throws Error(not_found) for an unknown tenant.
std::optional<Response> refuse_beside_other_admins(const TenancyServices& services, const Request& request,
                                                   const TenantId& tenant, const Call& call);

/// A person must have typed the tenant's name into "confirm"; a service need not.
/// @throws Error(invalid_argument) "confirm: …", Error(not_found).
void require_typed_name(const TenancyServices& services, const Request& request, const TenantId& tenant,
                        const Call& call);

/// An array of members; with names and addresses where these are known and may be shown.
nlohmann::json members_to_json(const TenancyServices& services, const std::vector<tenancy::Member>& members,
                               bool with_names, const Call& call);

}  // namespace tenure::server
