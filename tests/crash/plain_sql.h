#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace tenure::crash {

/// A session by libpq alone: nothing of the program's own code stands between a test and what is in a database. One
/// thread at a time. Every member @throws std::runtime_error with the server's message.
class PlainSql {
 public:
  using Value = std::optional<std::string>;  ///< nullopt is NULL
  using Row = std::vector<Value>;

  /// `url` as libpq reads it.
  explicit PlainSql(const std::string& url);

  /// Several statements; their results are forgotten.
  void run(const std::string& script);
  /// The rows of one query; $1, $2 … are `parameters`.
  std::vector<Row> rows(const std::string& query, const std::vector<Value>& parameters = {});
  /// The first column of the first row; "NULL" and "no row" where there is none.
  std::string value(const std::string& query, const std::vector<Value>& parameters = {});

 private:
  struct Closer {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Closer> connection_;
};

/// "{a,b}", for a parameter that is an array.
std::string array_of(const std::vector<std::string>& values);

}  // namespace tenure::crash
