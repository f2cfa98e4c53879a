#include "identity/accounts.h"

#include <fmt/format.h>

#include <chrono>

#include "audit/note.h"
#include "base/error.h"
#include "base/page_cursor.h"
#include "identity/full_name.h"
#include "identity/sql.h"
#include "pg/installation.h"
#include "pg/transaction.h"

namespace tenure::identity {
namespace {

using std::chrono::microseconds;

constexpr int kLargestPage = 500;

Email read_email(const pg::Result& rows, int row, int column) {
  try {
    return Email::parse(rows.text(row, column));
  } catch (const Error&) {
    throw Error(ErrorCode::corrupt, "identity.users: a row has no e-mail address");
  }
}

Account read_account(const pg::Result& rows, int row) {
  return {.id = UserId::parse(rows.text(row, 0)),
          .email = read_email(rows, row, 1),
          .full_name = rows.text(row, 2),
          .is_platform_admin = rows.boolean(row, 3),
          .is_active = rows.boolean(row, 4),
          .created_at = WallTime(std::chrono::duration_cast<WallTime::duration>(microseconds(rows.int64(row, 5))))};
}

std::vector<Account> read_accounts(const pg::Result& rows) {
  std::vector<Account> accounts;
  for (int row = 0; row < rows.rows(); ++row) accounts.push_back(read_account(rows, row));
  return accounts;
}

std::string uuid_array(const std::vector<UserId>& users) {
  std::string text = "{";
  for (const auto& user : users) text += (text.size() > 1 ? "," : "") + user.str();
  return text + "}";
}

PageCursor cursor_at(const Account& account) {
  const auto created = std::chrono::duration_cast<microseconds>(account.created_at.time_since_epoch());
  return {created.count(), account.id.uuid()};
}

void note(pg::Transaction& transaction, audit::Action action, const UserId& user, const Call& call) {
  audit::note(transaction, {.action = action, .by = call.by.value_or(Actor::system()), .person = user});
}

Error no_such_user() { return Error(ErrorCode::not_found, "user_id: there is no such user"); }

}  // namespace

void install_schema(pg::Connection& connection) {
  audit::install_notes(connection);
  pg::install(connection, sql::kCreateSchema, "identity.users");
}

std::optional<Account> Accounts::add(const NewAccount& account, const Call& call) {
  const pg::Params params(account.email.address(), checked_full_name(account.full_name), account.password_hash,
                          account.is_platform_admin);
  auto session = control_.take(call);
  pg::Transaction transaction(*session);
  const auto rows = transaction.exec(sql::kAddUser, params);
  if (rows.empty()) return std::nullopt;
  auto added = read_account(rows, 0);
  note(transaction, audit::Action::account_added, added.id, call);
  if (added.is_platform_admin) note(transaction, audit::Action::platform_admin_granted, added.id, call);
  transaction.commit();
  return added;
}

std::optional<Account> Accounts::find(const UserId& user, const Call& call) {
  auto session = control_.take(call);
  const auto rows = session->exec(sql::kFindUsers, pg::Params(uuid_array({user})));
  if (rows.empty()) return std::nullopt;
  return read_account(rows, 0);
}

std::optional<Account> Accounts::find_by_email(const Email& email, const Call& call) {
  auto session = control_.take(call);
  const auto rows = session->exec(sql::kFindUserByEmail, pg::Params(email.address()));
  if (rows.empty()) return std::nullopt;
  return read_account(rows, 0);
}

Account Accounts::get(const UserId& user, const Call& call) {
  auto found = find(user, call);
  if (!found) throw no_such_user();
  return *std::move(found);
}

std::map<UserId, Account> Accounts::find_all(const std::vector<UserId>& users, const Call& call) {
  std::map<UserId, Account> by_id;
  if (users.empty()) return by_id;
  auto session = control_.take(call);
  for (auto& account : read_accounts(session->exec(sql::kFindUsers, pg::Params(uuid_array(users))))) {
    const auto id = account.id;
    by_id.emplace(id, std::move(account));
  }
  return by_id;
}

AccountPage Accounts::list(int limit, const std::optional<std::string>& cursor, const Call& call) {
  if (limit < 1 || limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  std::optional<PageCursor> from;
  if (cursor) from = decode_cursor(*cursor);
  const pg::Params params(from ? std::optional(from->created_at_micros) : std::nullopt,
                          from ? std::optional(from->id.str()) : std::nullopt, limit + 1);
  auto session = control_.take(call);
  AccountPage page{.accounts = read_accounts(session->exec(sql::kListUsers, params)), .next = {}};
  if (std::ssize(page.accounts) > limit) {
    page.accounts.pop_back();
    page.next = encode_cursor(cursor_at(page.accounts.back()));
  }
  return page;
}

Account Accounts::update(const UserId& user, const AccountChange& change, const Call& call) {
  std::optional<std::string> full_name;
  if (change.full_name) full_name = checked_full_name(*change.full_name);
  auto session = control_.take(call);
  pg::Transaction transaction(*session);
  const auto before = transaction.exec(sql::kLockUser, pg::Params(user));
  if (before.empty()) throw no_such_user();
  const auto rows =
      transaction.exec(sql::kUpdateUser, pg::Params(user, full_name, change.is_platform_admin, change.is_active));
  if (full_name) note(transaction, audit::Action::account_changed, user, call);
  if (change.is_platform_admin.value_or(before.boolean(0, 0)) != before.boolean(0, 0)) {
    note(transaction,
         *change.is_platform_admin ? audit::Action::platform_admin_granted : audit::Action::platform_admin_revoked,
         user, call);
  }
  if (change.is_active.value_or(before.boolean(0, 1)) != before.boolean(0, 1)) {
    note(transaction, *change.is_active ? audit::Action::account_activated : audit::Action::account_suspended, user,
         call);
  }
  if (change.is_active == false) transaction.exec(sql::kEndSessions, pg::Params(user, std::nullopt));
  transaction.commit();
  return read_account(rows, 0);
}

std::optional<Standing> Accounts::find_standing(const UserId& user, const Uuid& session, const Call& call) {
  auto connection = control_.take(call);
  const auto rows = connection->exec(sql::kFindStanding, pg::Params(user, session.str()));
  if (rows.empty()) return std::nullopt;
  return Standing{.is_platform_admin = rows.boolean(0, 0)};
}

Counts Accounts::remove(const UserId& user, const Call& call) {
  auto session = control_.take(call);
  pg::Transaction transaction(*session);
  transaction.exec(sql::kLockUser, pg::Params(user));
  Counts counts;
  counts["identity.refresh_tokens"] = transaction.exec(sql::kDeleteRefreshTokens, pg::Params(user)).affected();
  counts["identity.sessions"] = transaction.exec(sql::kDeleteSessions, pg::Params(user)).affected();
  counts["identity.users"] = transaction.exec(sql::kDeleteUser, pg::Params(user)).affected();
  transaction.commit();
  return counts;
}

}  // namespace tenure::identity
