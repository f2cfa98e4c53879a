#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "base/email.h"
#include "base/ids.h"
#include "base/secret.h"
#include "pg/pool.h"
#include "tenancy/members.h"

namespace tenure::tenancy {

struct InvitationTag {
  static constexpr std::string_view kField = "invitation_id";
};
using InvitationId = Id<InvitationTag>;

enum class InvitationState { open, accepted, revoked, expired };
std::string_view to_string(InvitationState state);

struct Invitation {
  InvitationId id;
  Email email;
  Role role = Role::member;
  std::optional<UserId> invited_by;
  InvitationState state = InvitationState::open;
  WallTime created_at;
  WallTime expires_at;
};

struct NewInvitation {
  Email email;
  Role role = Role::member;  ///< not owner
  std::optional<UserId> invited_by = std::nullopt;
  std::chrono::seconds lifetime{7 * 24 * 3600};  ///< an hour to 30 days
};

/// Invitations into a tenant, each by a token that is shown once and stored as a digest. Thread-safe; throws as
/// Members.
class Invitations {
 public:
  explicit Invitations(pg::Pool& database) : database_(database) {}

  struct Created {
    Invitation invitation;
    Secret token;
  };
  /// An open invitation of the same address is revoked in the same transaction. @throws Error(invalid_argument) for the
  /// role owner or a lifetime out of range.
  Created create(const TenantId& tenant, const NewInvitation& invitation, const Call& call);
  /// The newest first.
  std::vector<Invitation> list(const TenantId& tenant, const Call& call);
  /// Harmless to repeat. @throws Error(not_found) "invitation_id: …", Error(conflict) when it was accepted.
  void revoke(const TenantId& tenant, const InvitationId& invitation, const Call& call);
  /// Makes `user`, whose address is `email`, a member. One token makes one member, however often it is sent at once.
  /// @throws Error(not_found) "token: …", one message for unknown, expired, revoked and used tokens, another address
  /// and a tenant that is not live; Error(conflict) when the user is a member already.
  Membership accept(const Secret& token, const UserId& user, const Email& email, const Call& call);
  /// Deletes all invitations to an address, whatever their state: part of a user's erasure. @return rows deleted.
  std::int64_t remove_all_to(const Email& email, const Call& call);

 private:
  pg::Pool& database_;
};

}  // namespace tenure::tenancy
