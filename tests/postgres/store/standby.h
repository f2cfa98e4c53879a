#pragma once

#include <filesystem>
#include <thread>

#include "pg/connection.h"
#include "pg/server_process.h"

namespace tenure::test {

/// A standby that streams from the test run's cluster, as pg_basebackup makes one. It is stopped, and its files are
/// removed, at its end.
class Standby {
 public:
  /// Returns once it accepts logins. @throws Error(unavailable) when it does not.
  Standby();
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  pg::ConnectionSettings settings() const;

 private:
  int run(const char* program, const std::vector<std::string>& arguments) const;
  bool accepts_logins() const;
  void stop();

  pg::Account account_;
  std::filesystem::path programs_;
  std::filesystem::path folder_;
  std::jthread server_;
};

}  // namespace tenure::test
