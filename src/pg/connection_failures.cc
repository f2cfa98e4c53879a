#include "pg/connection_failures.h"

#include <mutex>

namespace tenure::pg {
namespace {

struct Failures {
  std::mutex mutex;
  std::map<std::string, std::int64_t> counts;  // guarded by mutex
};

Failures& failures() {
  static Failures all;
  return all;
}

}  // namespace

std::map<std::string, std::int64_t> connection_failures() {
  auto& all = failures();
  const std::lock_guard lock(all.mutex);
  return all.counts;
}

void note_connection_failure(const std::string& description) {
  auto& all = failures();
  const std::lock_guard lock(all.mutex);
  ++all.counts[description];
}

}  // namespace tenure::pg
