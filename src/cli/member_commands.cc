#include "base/email.h"
#include "base/ids.h"
#include "cli/command_table.h"
#include "cli/request.h"
#include "cli/tenant_text.h"
#include "tenancy/invitations.h"
#include "tenancy/role.h"

namespace tenure::cli {
namespace {

std::string role_of(const Options& options) { return std::string(to_string(tenancy::parse_role(options.role))); }

int admins(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "admins"), nullptr, member_list_text);
}

int members(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "members"), nullptr, member_list_text);
}

int add_member(const Options& options) {
  const auto body = body_of({{"user_id", UserId::parse(options.user).str()}, {"role", role_of(options)}});
  return send_and_print(options, "POST", tenant_path(options, "members"), body, member_text);
}

int change_role(const Options& options) {
  const auto path = tenant_path(options, "members/" + UserId::parse(options.user).str());
  return send_and_print(options, "PATCH", path, body_of({{"role", role_of(options)}}), member_text);
}

int remove_member(const Options& options) {
  const auto user = UserId::parse(options.user).str();
  return send_and_say(options, "DELETE", tenant_path(options, "members/" + user), nullptr,
                      "user " + user + " is no member any more");
}

int invite(const Options& options) {
  const auto body = body_of({{"email", Email::parse(options.email).address()}, {"role", role_of(options)}});
  return send_and_print(options, "POST", tenant_path(options, "invitations"), body, invitation_text);
}

int revoke_invitation(const Options& options) {
  const auto invitation = tenancy::InvitationId::parse(options.invitation).str();
  return send_and_say(options, "DELETE", tenant_path(options, "invitations/" + invitation), nullptr,
                      "the invitation is revoked");
}

int invitations(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "invitations"), nullptr, invitation_list_text);
}

}  // namespace

void add_member_commands(CommandTable& table, CLI::App& tenant) {
  table.add_tenant(table.add_with_backend(tenant, "admins", "Its owner and admins", &admins));
  table.add_tenant(table.add_with_backend(tenant, "members", "Everybody with a role in it", &members));
  auto& added = table.add_with_backend(tenant, "add-member", "Give a user a role in it", &add_member);
  table.add_tenant(added);
  table.add_user(added);
  table.add_role(added);
  auto& changed = table.add_with_backend(tenant, "change-role", "Give a member another role", &change_role);
  table.add_tenant(changed);
  table.add_user(changed);
  table.add_role(changed);
  auto& removed = table.add_with_backend(tenant, "remove-member", "End a user's membership", &remove_member);
  table.add_tenant(removed);
  table.add_user(removed);
  auto& invited =
      table.add_with_backend(tenant, "invite", "Invite somebody by e-mail address; prints the token", &invite);
  table.add_tenant(invited);
  invited.add_option("email", table.options().email, "The address")->required();
  table.add_role(invited);
  auto& revoked = table.add_with_backend(tenant, "revoke-invitation", "Make its token worthless", &revoke_invitation);
  table.add_tenant(revoked);
  revoked.add_option("invitation", table.options().invitation, "The invitation's UUID")->required();
  table.add_tenant(table.add_with_backend(tenant, "invitations", "Who was invited, and what came of it", &invitations));
}

}  // namespace tenure::cli
