#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace tenure::pg {

/// Where a database is and who connects: libpq's parameters (host, port, dbname, user, sslmode, …), the password kept
/// apart. A value; safe to share.
class ConnectionSettings {
 public:
  using Variables = std::function<std::optional<std::string>(std::string_view name)>;

  ConnectionSettings() = default;
  /// From a `postgresql://` URL or a `key=value` string, read by libpq itself: percent-encoded passwords, IPv6 hosts,
  /// several hosts, no port and query parameters all work. @throws Error(invalid_argument) naming `field`; the text of
  /// the error holds no part of the URL.
  static ConnectionSettings parse(std::string_view url, std::string_view field = "DATABASE_URL");
  /// From the environment: `DATABASE_URL`, else `DB_USER`, `DB_PASSWORD`, `DB_HOST`, `DB_PORT`, `DB_NAME` (and
  /// `DB_ENGINE`, which must name PostgreSQL). With a prefix such as "UAT" that environment's own come first:
  /// `UAT_DB_URL`, `UAT_DATABASE_URL`, then the parts when there is a `UAT_DB_NAME`, each with the prefix or without.
  /// @throws Error(invalid_argument) naming the variable that is missing or malformed.
  static ConnectionSettings from_environment(const Variables& variables, std::string_view prefix = "");

  ConnectionSettings with(std::string_view parameter, std::string value) const;

  const std::map<std::string, std::string>& parameters() const { return parameters_; }
  const Secret& password() const { return password_; }
  /// "orders on db1:5432 as app": for people; never the password.
  std::string description() const;
  /// All of it as a `key='value'` string, which parse() and libpq's programs read.
  Secret conninfo() const;

 private:
  static ConnectionSettings from_parts(const Variables& variables, std::string_view prefix);

  std::map<std::string, std::string> parameters_;
  Secret password_;
};

/// `variables` as one environment sees them, "UAT" for example: `${DB_URL}` is UAT_DB_URL, or DB_URL when that is not
/// set. DATABASE_URL is found as ConnectionSettings::from_environment finds it. An empty prefix changes only the
/// latter. What is returned @throws Error(invalid_argument) when asked for a DATABASE_URL whose parts are malformed.
ConnectionSettings::Variables variables_of_environment(ConnectionSettings::Variables variables, std::string prefix);

}  // namespace tenure::pg
