#include "server/tenant_json.h"

#include <nlohmann/json.hpp>

namespace tenure::server {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<WallTime>& time) { return time ? json(to_rfc3339(*time)) : json(); }

}  // namespace

json tenant_to_json(const tenancy::Tenant& tenant, const std::optional<tenancy::Role>& role) {
  json body = {{"tenant_id", tenant.id.str()},
               {"name", tenant.name},
               {"slug", tenant.slug},
               {"owner_id", tenant.owner.str()},
               {"status", tenancy::to_string(tenant.status)},
               {"time_zone", tenant.time_zone},
               {"created_at", to_rfc3339(tenant.created_at)},
               {"updated_at", to_rfc3339(tenant.updated_at)},
               {"deleted_at", time_or_null(tenant.deleted_at)},
               {"erase_after", time_or_null(tenant.erase_after)}};
  if (role) body["role"] = tenancy::to_string(*role);
  return body;
}

json member_to_json(const tenancy::Member& member, const identity::Account* account) {
  json body = {{"user_id", member.user.str()},
               {"role", tenancy::to_string(member.role)},
               {"joined_at", to_rfc3339(member.joined_at)}};
  if (account != nullptr) {
    body["full_name"] = account->full_name;
    body["email"] = account->email.address();
  }
  return body;
}

json membership_to_json(const tenancy::Membership& membership) {
  return {{"tenant_id", membership.tenant.str()},
          {"tenant_name", membership.tenant_name},
          {"role", tenancy::to_string(membership.role)},
          {"is_default", membership.is_default},
          {"tenant_status", membership.is_tenant_deleted ? "deleted" : tenancy::to_string(membership.tenant_status)}};
}

json invitation_to_json(const tenancy::Invitation& invitation) {
  return {{"invitation_id", invitation.id.str()},
          {"email", invitation.email.address()},
          {"role", tenancy::to_string(invitation.role)},
          {"invited_by", invitation.invited_by ? json(invitation.invited_by->str()) : json()},
          {"status", tenancy::to_string(invitation.state)},
          {"created_at", to_rfc3339(invitation.created_at)},
          {"expires_at", to_rfc3339(invitation.expires_at)}};
}

json subscription_to_json(const tenancy::Subscription& subscription) {
  return {{"plan", subscription.plan},
          {"status", tenancy::to_string(subscription.status)},
          {"price", subscription.price},
          {"started_at", to_rfc3339(subscription.started_at)},
          {"renews_at", time_or_null(subscription.renews_at)},
          {"cancelled_at", time_or_null(subscription.cancelled_at)}};
}

json domain_to_json(const tenancy::Domain& domain) {
  return {{"domain", domain.domain}, {"is_primary", domain.is_primary}, {"created_at", to_rfc3339(domain.created_at)}};
}

}  // namespace tenure::server
