#include "identity/login.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/opaque_token.h"
#include "identity/accounts.h"
#include "identity/full_name.h"
#include "identity/sql.h"
#include "identity/token.h"
#include "pg/transaction.h"

namespace tenure::identity {
namespace {

using std::chrono::seconds;

constexpr std::string_view kAudience = "tenure";

/// Of an active account; nobody's without a user.
struct Credentials {
  std::optional<UserId> user;
  std::optional<std::string> hash;
  std::int64_t changed_at = 0;  // microseconds since 1970
};

Credentials find_credentials(pg::Pool& control, const pg::Sql& statement, const pg::Params& params, const Call& call) {
  auto session = control.take(call);
  const auto rows = session->exec(statement, params);
  if (rows.empty() || rows.is_null(0, 1)) return {};
  return {UserId::parse(rows.text(0, 0)), rows.text(0, 1), rows.int64(0, 2)};
}

Error wrong_login() { return Error(ErrorCode::unauthenticated, "email or password: wrong"); }

Error bad_refresh_token() { return Error(ErrorCode::unauthenticated, "refresh_token: not valid any more"); }

Error wrong_password() { return Error(ErrorCode::forbidden, "password: wrong"); }

void require_acceptable(const std::string& full_name, const Secret& password) {
  std::vector<std::string> problems;
  const auto collect = [&](const auto& check) {
    try {
      check();
    } catch (const Error& error) {
      problems.emplace_back(error.what());
    }
  };
  collect([&] { checked_full_name(full_name); });
  collect([&] { require_acceptable_password(password); });
  if (problems.empty()) return;
  std::string message = problems.front();
  if (problems.size() > 1) message += "; " + problems.back();
  throw Error(ErrorCode::invalid_argument, std::move(message)).with_problems(std::move(problems));
}

/// Adds a refresh token to the session. nullopt when the session is over within the second.
std::optional<TokenPair> issue_pair(pg::Transaction& transaction, const SigningKeys& keys, const Clock& clock,
                                    const LoginSettings& settings, const UserId& user, const Uuid& session) {
  auto refresh_token = make_opaque_token();
  const auto rows = transaction.exec(
      sql::kAddRefreshToken, pg::Params(digest_of_token(refresh_token), session.str(), settings.refresh_token.count()));
  if (rows.empty() || rows.int64(0, 1) < 1) return std::nullopt;
  const auto access = std::min(settings.access_token, seconds(rows.int64(0, 1)));
  return TokenPair{.access_token = issue_user_token(keys, clock, user, session, kAudience, access),
                   .access_expires_in = access,
                   .refresh_token = std::move(refresh_token),
                   .refresh_expires_in = seconds(rows.int64(0, 0))};
}

/// @return the credentials that the password was right for. @throws Error(forbidden).
Credentials require_own(pg::Pool& control, PasswordHasher& hasher, const UserId& user, const Secret& password,
                        const Call& call) {
  auto found = find_credentials(control, sql::kFindCredentials, pg::Params(user), call);
  if (!hasher.matches(found.hash, password, call)) throw wrong_password();
  return found;
}

}  // namespace

void Login::sign_up(const Email& email, const std::string& full_name, const Secret& password, const Call& call) {
  require_acceptable(full_name, password);
  const auto hash = hasher_.hash(password, call);
  Accounts(control_).add({.email = email, .full_name = full_name, .password_hash = hash}, call);
}

TokenPair Login::log_in(const Email& email, const Secret& password, const Call& call) {
  const auto found = find_credentials(control_, sql::kFindCredentialsByEmail, pg::Params(email.address()), call);
  if (!hasher_.matches(found.hash, password, call)) throw wrong_login();
  const auto user = found.user.value();
  const auto hash = found.hash.value();
  std::optional<std::string> new_hash;
  if (hasher_.is_outdated(hash)) new_hash = hasher_.hash(password, call);

  auto connection = control_.take(call);
  if (new_hash) connection->exec(sql::kReplacePasswordHash, pg::Params(user, hash, *new_hash));
  pg::Transaction transaction(*connection);
  const auto session = Uuid::random();
  const auto started = transaction.exec(
      sql::kStartSession, pg::Params(session.str(), user, found.changed_at, settings_.longest_session.count()));
  if (started.affected() == 0) throw wrong_login();
  auto pair = issue_pair(transaction, keys_, clock_, settings_, user, session);
  if (!pair) throw Error(ErrorCode::internal, "a session ended as it began");
  transaction.exec(sql::kDeletePastSessions, pg::Params(user));
  transaction.commit();
  return *std::move(pair);
}

TokenPair Login::refresh(const Secret& refresh_token, const Call& call) {
  const pg::Params digest(digest_of_token(refresh_token));
  auto connection = control_.take(call);
  pg::Transaction transaction(*connection);
  const auto used = transaction.exec(sql::kUseRefreshToken, digest);
  if (used.empty()) {
    transaction.exec(sql::kEndSessionOfUsedToken, digest);
    transaction.commit();
    throw bad_refresh_token();
  }
  const auto session = Uuid::parse(used.text(0, 0), "session_id");
  auto pair = issue_pair(transaction, keys_, clock_, settings_, UserId::parse(used.text(0, 1)), session);
  if (!pair) throw bad_refresh_token();
  transaction.commit();
  return *std::move(pair);
}

void Login::log_out(const UserId& user, const Uuid& session, const Call& call) {
  control_.take(call)->exec(sql::kEndSession, pg::Params(user, session.str()));
}

void Login::log_out_everywhere(const UserId& user, const Call& call) {
  control_.take(call)->exec(sql::kEndSessions, pg::Params(user, std::nullopt));
}

void Login::require_password(const UserId& user, const Secret& password, const Call& call) {
  require_own(control_, hasher_, user, password, call);
}

void Login::change_password(const UserId& user, const Uuid& session, const Secret& current, const Secret& next,
                            const Call& call) {
  require_acceptable_password(next, "new_password");
  const auto found = require_own(control_, hasher_, user, current, call);
  const auto hash = hasher_.hash(next, call);
  auto connection = control_.take(call);
  pg::Transaction transaction(*connection);
  const auto changed = transaction.exec(sql::kChangePassword, pg::Params(user, found.changed_at, hash));
  if (changed.affected() == 0) throw wrong_password();
  transaction.exec(sql::kEndSessions, pg::Params(user, session.str()));
  transaction.commit();
}

}  // namespace tenure::identity
