#include "tests/postgres/server/scene.h"

#include <fmt/format.h>

#include <vector>

namespace tenure::server {
namespace {

std::string member_row(const TenantId& tenant, const UserId& user, std::string_view role) {
  return fmt::format("('{}', '{}', '{}')", tenant.str(), user.str(), role);
}

std::string tenant_rows(const Scene& scene) {
  const auto& tenant = scene.tenant;
  const std::vector<std::string> members = {
      member_row(tenant, scene.owner, "owner"),       member_row(tenant, scene.admin, "admin"),
      member_row(tenant, scene.manager, "manager"),   member_row(tenant, scene.member, "member"),
      member_row(tenant, scene.readonly, "readonly"), member_row(tenant, scene.spare, "member"),
      member_row(tenant, scene.heir, "admin"),        member_row(scene.other_tenant, scene.stranger, "owner")};
  return fmt::format(
      "begin; "
      "insert into tenancy.tenants (id, name, slug, owner_id) values ('{0}', '{1}', 't-{0}', '{2}'), "
      "('{3}', 'Another', 't-{3}', '{4}'); "
      "insert into tenancy.tenant_members (tenant_id, user_id, role) values {5}; "
      "insert into tenancy.subscriptions (tenant_id, plan, status, price) values ('{0}', 'basic', 'active', 49.90); "
      "insert into tenancy.tenant_settings (tenant_id, name, value) values ('{0}', 'colour', '\"red\"'); "
      "insert into tenancy.tenant_domains (domain, tenant_id) values ('{6}', '{0}'); "
      "insert into tenancy.invitations (id, tenant_id, email, role, token_hash, expires_at) values "
      "('{7}', '{0}', 'new@people.example', 'member', '{7}', now() + interval '1 day'); "
      "commit",
      tenant.str(), scene.name, scene.owner.str(), scene.other_tenant.str(), scene.stranger.str(),
      fmt::join(members, ", "), scene.domain, scene.invitation.str());
}

std::string control_rows(const Scene& scene) {
  return fmt::format(
      "insert into identity.users (id, email, full_name) values ('{0}', 't{0}@people.example', 'Target'), "
      "('{4}', 'h{4}@people.example', 'Heir'); "
      "insert into tenure.deletion_jobs (id, tenant_id, tenant_name, status, started_at, completed_at, error_log, "
      "lease_epoch) values ('{1}', '{2}', '{3}', 'failed', now(), now(), array['a rule is missing'], 1)",
      scene.target.str(), scene.job.str(), scene.tenant.str(), scene.name, scene.heir.str());
}

}  // namespace

Scene::Scene(SmallEstate& estate) {
  estate.in_tenancy(tenant_rows(*this));
  estate.in_control(control_rows(*this));
  estate.in_orders(
      fmt::format("insert into public.orders (tenant_id, created_by) values ('{0}', '{1}'), ('{2}', '{1}')",
                  tenant.str(), target.str(), other_tenant.str()));
}

}  // namespace tenure::server
