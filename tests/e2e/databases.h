#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "pg/connection.h"

namespace tenure::e2e {

/// The databases of a running server, looked at behind its back with SQL of the tests' own. One thread at a time.
class Databases {
 public:
  /// `server` is "host=… user=…".
  explicit Databases(std::string server) : server_(std::move(server)) {}

  std::string url(std::string_view database) const;
  pg::Connection connect(std::string_view database) const;
  void create(const std::string& database) const;
  void run(const std::string& database, std::string_view script);
  /// The first column of the first row, as text.
  std::string value(const std::string& database, std::string_view query);
  std::int64_t count(const std::string& database, std::string_view table, std::string_view where = "true");
  /// Of the rows of `table` for which `where`, a condition on the row "r", holds.
  std::string digest(const std::string& database, std::string_view table, std::string_view where = "true");
  /// Returns once the condition holds. @throws Error when it does not within a minute.
  void wait_until(const std::string& database, std::string_view condition);

 private:
  struct Session {
    pg::Connection connection;
    std::uint64_t last_use = 0;
  };

  pg::Connection& session(const std::string& database);

  std::string server_;
  std::map<std::string, Session> sessions_;  // a server has so many, and tests have many databases
  std::uint64_t uses_ = 0;
};

pg::Sql sql_of_test(std::string_view text);

}  // namespace tenure::e2e
