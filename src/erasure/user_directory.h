#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/ids.h"
#include "identity/accounts.h"
#include "jobs/job.h"
#include "tenancy/invitations.h"
#include "tenancy/members.h"

namespace tenure::erasure {

/// What an erasure of a user needs of tenants and accounts, over those that Tenure keeps itself. Either may be missing
/// in an estate. Thread-safe.
class UserDirectory {
 public:
  /// All may be null and are not owned.
  UserDirectory(tenancy::Members* members, tenancy::Invitations* invitations, identity::Accounts* accounts)
      : members_(members), invitations_(invitations), accounts_(accounts) {}

  bool has_tenants() const { return members_ != nullptr; }
  bool has_accounts() const { return accounts_ != nullptr; }

  /// Whether an account or a membership is there.
  bool knows(const UserId& user, const Call& call);
  /// The fence: the account cannot be used from here on. Nothing where there is none.
  void suspend_account(const UserId& user, const Call& call);

  std::vector<tenancy::Membership> memberships(const UserId& user, const Call& call);
  /// An admin beside the owner.
  struct Successor {
    UserId user;
    bool is_active = true;  ///< false: the account is suspended, so that nothing can be handed over
  };
  /// Who takes over when `owner` goes: the admin who has been there longest, an active one if there is any. nullopt
  /// when the tenant has no other admin with an account.
  std::optional<Successor> find_successor(const TenantId& tenant, const UserId& owner, const Call& call);
  /// @throws as Members::transfer_ownership; Error(refused) when the account of `to` is suspended.
  void transfer_ownership(const TenantId& tenant, const UserId& from, const UserId& to, const Call& call);

  /// Removes memberships, and invitations to the user's address. What could not be removed is in `errors`.
  struct Removal {
    jobs::Counts counts;
    std::vector<std::string> errors;
  };
  Removal remove_memberships(const UserId& user, const Call& call);
  jobs::Counts remove_account(const UserId& user, const Call& call);

 private:
  tenancy::Members* const members_;
  tenancy::Invitations* const invitations_;
  identity::Accounts* const accounts_;
};

}  // namespace tenure::erasure
