#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <queue>
#include <random>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// Schemas that wait to be worked on, shared by several workers. One that met a lock goes back and comes again after a
/// while, during which the others get on. Thread-safe.
class SchemaQueue {
 public:
  struct Task {
    SchemaRecord schema;
    int tries = 0;  ///< that met a lock
  };

  explicit SchemaQueue(std::vector<SchemaRecord> schemas);

  /// Waits for a task whose time has come. Nothing when all are done or the queue was closed.
  std::optional<Task> take(const std::stop_token& stop);
  /// The task is over.
  void finish();
  /// The task comes again: exponentially later with each try, up to `longest`, with a random part.
  void put_back(Task task, Milliseconds first, Milliseconds longest);
  /// No task is given out any more; those that are out go on.
  void close();
  /// What was never taken, or put back and not taken again.
  std::vector<SchemaRecord> rest();

 private:
  struct Waiting {
    MonotonicTime not_before;
    std::size_t order;
    Task task;
    bool operator>(const Waiting& other) const {
      return std::tie(not_before, order) > std::tie(other.not_before, other.order);
    }
  };

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;  // guarded by mutex_, as all below
  std::size_t out_ = 0;
  std::size_t next_order_ = 0;
  bool is_closed_ = false;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace tenure::schemas
