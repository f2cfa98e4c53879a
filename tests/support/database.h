#pragma once

#include <string>
#include <string_view>

#include "pg/connection.h"
#include "pg/embedded_cluster.h"

namespace tenure::test {

/// The private cluster of this test run; started by the first test that needs it, stopped at exit.
pg::EmbeddedCluster& cluster();

/// A new, empty database of the test that makes it; dropped at its end.
class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  pg::ConnectionSettings settings() const { return cluster().database(name_); }
  pg::Connection connect() const { return pg::Connection::open(settings()); }
  /// Runs a script written in the test.
  void run(std::string_view script) const;
  /// The first column of the first row of a query written in the test, as text.
  std::string value(std::string_view query) const;
  /// A digest over the rows of `table`, in any order, for which `where`, a condition on the row "r", holds.
  std::string digest_of(std::string_view table, std::string_view where = "true") const;

 private:
  std::string name_;
};

}  // namespace tenure::test
