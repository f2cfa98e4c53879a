#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "identity/accounts.h"
#include "tenancy/domains.h"
#include "tenancy/invitations.h"
#include "tenancy/members.h"
#include "tenancy/subscriptions.h"
#include "tenancy/tenants.h"

/// How the API writes what the tenancy module knows; tenant_routes.h says the shapes.
namespace tenure::server {

nlohmann::json tenant_to_json(const tenancy::Tenant& tenant, const std::optional<tenancy::Role>& role = std::nullopt);
/// With "full_name" and "email" when `account` is there.
nlohmann::json member_to_json(const tenancy::Member& member, const identity::Account* account = nullptr);
nlohmann::json membership_to_json(const tenancy::Membership& membership);
nlohmann::json invitation_to_json(const tenancy::Invitation& invitation);
nlohmann::json subscription_to_json(const tenancy::Subscription& subscription);
nlohmann::json domain_to_json(const tenancy::Domain& domain);

}  // namespace tenure::server
