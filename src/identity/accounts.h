#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "base/email.h"
#include "base/ids.h"
#include "identity/principal.h"
#include "pg/pool.h"

namespace tenure::identity {

/// Creates schema `identity` and its tables (users, sessions, refresh_tokens) where they are missing. Safe to repeat
/// and from several processes at once.
void install_schema(pg::Connection& connection);

struct Account {
  UserId id;
  Email email;
  std::string full_name;
  bool is_platform_admin = false;
  bool is_active = true;
  WallTime created_at;
};

struct NewAccount {
  Email email;
  std::string full_name;                     ///< 1 to 200 characters
  std::optional<std::string> password_hash;  ///< without one nobody can log in
  bool is_platform_admin = false;
};

/// What is absent stays.
struct AccountChange {
  std::optional<std::string> full_name = std::nullopt;
  std::optional<bool> is_platform_admin = std::nullopt;
  std::optional<bool> is_active = std::nullopt;  ///< false ends all sessions in the same transaction
};

struct AccountPage {
  std::vector<Account> accounts;  ///< newest first
  std::string next;               ///< cursor of the following page; empty on the last one
};

/// What a token's user may do at this moment, whatever the token says.
struct Standing {
  bool is_platform_admin = false;
};

/// Rows by table, as "identity.users".
using Counts = std::map<std::string, std::int64_t>;

/// The people who can log in, in schema `identity` of the control database. Thread-safe. Every member may throw
/// Error(unavailable) or Error(timeout). Names are checked here; errors name the field, never its value.
class Accounts {
 public:
  explicit Accounts(pg::Pool& control) : control_(control) {}

  /// nullopt when the address is taken.
  std::optional<Account> add(const NewAccount& account, const Call& call);
  std::optional<Account> find(const UserId& user, const Call& call);
  std::optional<Account> find_by_email(const Email& email, const Call& call);
  /// @throws Error(not_found) "user_id: …".
  Account get(const UserId& user, const Call& call);
  /// Those of `users` that exist, by id. One statement.
  std::map<UserId, Account> find_all(const std::vector<UserId>& users, const Call& call);
  /// @throws Error(invalid_argument) for a limit outside 1 to 500 or a malformed cursor.
  AccountPage list(int limit, const std::optional<std::string>& cursor, const Call& call);
  /// @throws Error(not_found); Error(invalid_argument) for a name that is empty or too long.
  Account update(const UserId& user, const AccountChange& change, const Call& call);

  /// nullopt when the account does not exist or is not active, or the session has ended: the token is then worthless.
  /// One indexed statement.
  std::optional<Standing> find_standing(const UserId& user, const Uuid& session, const Call& call);

  /// Deletes the account with its sessions and tokens, as the last step of a user's erasure. Deleting it again deletes
  /// nothing. @return rows deleted.
  Counts remove(const UserId& user, const Call& call);

 private:
  pg::Pool& control_;
};

}  // namespace tenure::identity
