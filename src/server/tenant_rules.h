#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http.h"
#include "server/tenant_routes.h"

/// The rules of a tenant that come after role and membership (spec B1, B9): who must agree before it goes.
namespace tenure::server {

/// Answers 409 with the list of the other admins when the caller is a person and there are any: with "admins", each
/// {"user_id", "role", "full_name", "email"}. @throws Error(not_found) for an unknown tenant.
std::optional<Response> refuse_beside_other_admins(const TenancyServices& services, const Request& request,
                                                   const TenantId& tenant, const Call& call);

/// What was typed into "confirm", the only field of the body; empty when nothing was.
/// @throws Error(invalid_argument) for another body.
std::string typed_name_of(const Request& request);

/// A person must have typed the tenant's name; a service need not.
/// @throws Error(invalid_argument) "confirm: …", Error(not_found).
void require_typed_name(const TenancyServices& services, const Request& request, const TenantId& tenant,
                        const std::string& typed, const Call& call);

/// Nobody becomes an owner or a member who could not act, or whose erasure has begun. Where accounts are kept elsewhere
/// anybody is taken. @throws Error(invalid_argument) naming `field` unless the user has an active account.
void require_active_account(const TenancyServices& services, const UserId& user, std::string_view field,
                            const Call& call);

/// An array of members; with names and addresses where these are known and may be shown.
nlohmann::json members_to_json(const TenancyServices& services, const std::vector<tenancy::Member>& members,
                               bool with_names, const Call& call);

}  // namespace tenure::server
