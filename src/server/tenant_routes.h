#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "identity/accounts.h"
#include "schemas/provision/space_provisioner.h"
#include "server/router.h"
#include "tenancy/domains.h"
#include "tenancy/invitations.h"
#include "tenancy/members.h"
#include "tenancy/subscriptions.h"
#include "tenancy/tenant_settings.h"
#include "tenancy/tenants.h"

namespace tenure::server {

/// Service → where the tenant has tables of its own there.
using PlacesOf = std::function<std::map<std::string, schemas::Place>(const TenantId& tenant, const Call& call)>;

/// What the routes of tenants work with; all of it outlives the router.
struct TenancyServices {
  tenancy::Tenants& tenants;
  tenancy::Members& members;
  tenancy::Invitations& invitations;
  tenancy::Subscriptions& subscriptions;
  tenancy::TenantSettings& settings;
  tenancy::Domains& domains;
  identity::Accounts* accounts = nullptr;  ///< null where Tenure keeps no accounts: names are then unknown
  std::chrono::seconds soft_delete_window{30 * 24 * 3600};
  PlacesOf places;  ///< none where tenants share all tables
};

/// In every path here, "current" in place of {tenant_id} is the tenant that host and headers name (spec D9).
///
///     POST   /api/v1/tenants                  {"name", "slug"?, "time_zone"?} → 201
///                                             a service says "owner_id" too, and perhaps the "tenant_id"
///     GET    /api/v1/tenants?limit&cursor&deleted       one's own; all for services and platform admins
///     GET    /api/v1/tenants/{tenant_id}
///     PATCH  /api/v1/tenants/{tenant_id}                {"name"?, "slug"?, "time_zone"?}
///     POST   /api/v1/tenants/{tenant_id}/soft-delete    {"confirm": name} from a person; 409 with the other admins
///     POST   /api/v1/tenants/{tenant_id}/restore
///     POST   /api/v1/tenants/{tenant_id}/suspend        likewise …/activate
///     PUT    /api/v1/tenants/{tenant_id}/default        → 204
///
/// A tenant: {"tenant_id", "name", "slug", "owner_id", "status", "time_zone", "created_at", "updated_at", "deleted_at",
/// "erase_after"}, for a person with their "role". One that is shown to a service has "places" besides, where it has
/// tables of its own: {service: {"database", "schema"}}.
void add_tenant_routes(Router& router, const TenancyServices& services);

/// Members and ownership (spec B2 to B4):
///
///     GET    /api/v1/tenants/{tenant_id}/admins         names and e-mails for members and services only
///     POST   /api/v1/tenants/{tenant_id}/transfer-ownership  {"new_owner_id"}
///     GET    /api/v1/tenants/{tenant_id}/members
///     POST   /api/v1/tenants/{tenant_id}/members        {"user_id", "role"} → 201
///     PATCH  /api/v1/tenants/{tenant_id}/members/{user_id}   {"role"}
///     DELETE /api/v1/tenants/{tenant_id}/members/{user_id}   → 204
///     POST   /api/v1/tenants/{tenant_id}/leave          → 204
///     GET    /api/v1/tenants/user/{user_id}/memberships
///     DELETE /api/v1/tenants/user/{user_id}/memberships
///
/// Only the owner and services make and unmake admins.
void add_member_routes(Router& router, const TenancyServices& services);

/// Invitations (spec B5):
///
///     GET    /api/v1/tenants/{tenant_id}/invitations
///     POST   /api/v1/tenants/{tenant_id}/invitations    {"email", "role", "expires_in"? seconds} → 201 with the token
///     DELETE /api/v1/tenants/{tenant_id}/invitations/{invitation_id}   → 204
///     POST   /api/v1/invitations/accept                 {"token"}
void add_invitation_routes(Router& router, const TenancyServices& services);

/// Subscription, settings and domains (spec B5):
///
///     GET    /api/v1/tenants/{tenant_id}/subscription
///     PUT    /api/v1/tenants/{tenant_id}/subscription   {"plan", "status"?, "price"?, "renews_at"?}
///     POST   /api/v1/tenants/{tenant_id}/subscription/cancel
///     GET    /api/v1/tenants/{tenant_id}/settings       → {"settings": {name: value}}
///     PUT    /api/v1/tenants/{tenant_id}/settings/{name}     {"value"} → 204
///     DELETE /api/v1/tenants/{tenant_id}/settings/{name}     → 204
///     GET    /api/v1/tenants/{tenant_id}/domains
///     POST   /api/v1/tenants/{tenant_id}/domains        {"domain"} → 201
///     POST   /api/v1/tenants/{tenant_id}/domains/{domain}/primary
///     DELETE /api/v1/tenants/{tenant_id}/domains/{domain}    → 204
void add_tenant_part_routes(Router& router, const TenancyServices& services);

}  // namespace tenure::server
