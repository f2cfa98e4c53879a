#include "tenancy/invitations.h"

#include "base/opaque_token.h"
#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

constexpr std::chrono::seconds kShortest{3600};
constexpr std::chrono::seconds kLongest{30 * 24 * 3600};

InvitationState parse_state(std::string_view text) {
  for (const auto state : {InvitationState::open, InvitationState::accepted, InvitationState::revoked}) {
    if (text == to_string(state)) return state;
  }
  return InvitationState::expired;
}

Invitation read_invitation(const pg::Result& rows, int row) {
  Invitation invitation{.id = InvitationId::parse(rows.text(row, 0)),
                        .email = Email::parse(rows.text(row, 1)),
                        .role = parse_role(rows.text(row, 2)),
                        .invited_by = {},
                        .state = parse_state(rows.text(row, 4)),
                        .created_at = time_at(rows, row, 5),
                        .expires_at = time_at(rows, row, 6)};
  if (!rows.is_null(row, 3)) invitation.invited_by = UserId::parse(rows.text(row, 3));
  return invitation;
}

/// Why it cannot be accepted is nobody's business who does not hold the right token for the right address.
Error not_acceptable() { return Error(ErrorCode::not_found, "token: there is no open invitation of it"); }

Membership membership_of(pg::Transaction& transaction, const TenantId& tenant, const UserId& user) {
  const auto rows = transaction.exec(sql::kFindMember, pg::Params(tenant, user));
  const auto member = read_member(rows, 0);
  return {.tenant = tenant, .tenant_name = {}, .role = member.role, .is_default = member.is_default};
}

}  // namespace

std::string_view to_string(InvitationState state) {
  switch (state) {
    case InvitationState::open:
      return "open";
    case InvitationState::accepted:
      return "accepted";
    case InvitationState::revoked:
      return "revoked";
    case InvitationState::expired:
      return "expired";
  }
  return "expired";
}

Invitations::Created Invitations::create(const TenantId& tenant, const NewInvitation& invitation, const Call& call) {
  if (invitation.role == Role::owner) {
    throw Error(ErrorCode::invalid_argument, "role: nobody is invited as owner; the ownership is transferred");
  }
  if (invitation.lifetime < kShortest || invitation.lifetime > kLongest) {
    throw Error(ErrorCode::invalid_argument, "expires_in: not between an hour and 30 days, in seconds");
  }
  auto token = make_opaque_token();
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  transaction.exec(sql::kRevokeInvitationsTo, pg::Params(tenant, invitation.email.address()));
  const auto rows =
      transaction.exec(sql::kAddInvitation, pg::Params(tenant, invitation.email.address(), to_string(invitation.role),
                                                       digest_of_token(token), invitation.invited_by,
                                                       std::int64_t{invitation.lifetime.count()}));
  note(transaction, audit::Action::invitation_made, tenant, call);
  transaction.commit();
  return {.invitation = read_invitation(rows, 0), .token = std::move(token)};
}

std::vector<Invitation> Invitations::list(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListInvitations, pg::Params(tenant));
  std::vector<Invitation> invitations;
  for (int row = 0; row < rows.rows(); ++row) invitations.push_back(read_invitation(rows, row));
  if (invitations.empty() && session->exec(sql::kFindTenant, pg::Params(tenant)).empty()) throw no_such_tenant();
  return invitations;
}

void Invitations::revoke(const TenantId& tenant, const InvitationId& invitation, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_tenant(transaction, tenant);
  const pg::Params params(tenant, invitation);
  if (transaction.exec(sql::kRevokeInvitation, params).affected() == 0) {
    if (transaction.exec(sql::kFindInvitation, params).empty()) {
      throw Error(ErrorCode::not_found, "invitation_id: there is no such invitation");
    }
    throw Error(ErrorCode::conflict, "invitation_id: it was accepted");
  }
  note(transaction, audit::Action::invitation_revoked, tenant, call);
  transaction.commit();
}

Membership Invitations::accept(const Secret& token, const UserId& user, const Email& email, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  const auto found = transaction.exec(sql::kFindInvitationByToken, pg::Params(digest_of_token(token), email.address()));
  if (found.empty()) throw not_acceptable();
  const auto tenant = TenantId::parse(found.text(0, 1));
  const auto record = lock_tenant(transaction, tenant);
  if (!record.is_live()) throw not_acceptable();
  const auto accepted = transaction.exec(sql::kAcceptInvitation, pg::Params(tenant, found.text(0, 0)));
  if (accepted.empty()) throw not_acceptable();
  transaction.exec(sql::kLockUser, pg::Params(user));
  if (transaction.exec(sql::kAddMember, pg::Params(tenant, user, accepted.text(0, 0))).empty()) {
    throw Error(ErrorCode::conflict, "user_id: a member already");
  }
  note(transaction, audit::Action::member_added, tenant, call, user);
  auto membership = membership_of(transaction, tenant, user);
  transaction.commit();
  membership.tenant_name = record.name;
  return membership;
}

std::int64_t Invitations::remove_all_to(const Email& email, const Call& call) {
  auto session = database_.take(call);
  return session->exec(sql::kDeleteInvitationsTo, pg::Params(email.address())).affected();
}

}  // namespace tenure::tenancy
