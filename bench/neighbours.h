#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "pg/settings.h"

namespace tenure::bench {

/// Another tenant at work in the shop: several sessions, each with so many transactions a second, of which a part
/// reads a customer's orders and the others write one. From its making until stop().
class Neighbours {
 public:
  Neighbours(const pg::ConnectionSettings& settings, const TenantId& tenant, int customers);
  ~Neighbours();
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  /// Ends them. Milliseconds that each transaction took, counted from when it was due, so that one that waits for
  /// another shows. @throws what a session met.
  std::vector<double> stop();

 private:
  struct Session;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::atomic<bool> is_over_ = false;
};

/// The value that 99 of 100 do not exceed.
double p99_of(std::vector<double> values);

}  // namespace tenure::bench
