#include "schemas/migrations/schema_queue.h"

#include <algorithm>

namespace tenure::schemas {

SchemaQueue::SchemaQueue(std::vector<SchemaRecord> schemas) {
  for (auto& schema : schemas) waiting_.push({MonotonicTime::min(), next_order_++, Task{std::move(schema)}});
}

std::optional<SchemaQueue::Task> SchemaQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!is_closed_ && !stop.stop_requested()) {
    if (waiting_.empty() && out_ == 0) return std::nullopt;
    const auto now = std::chrono::steady_clock::now();
    if (!waiting_.empty() && waiting_.top().not_before <= now) {
      auto task = waiting_.top().task;
      waiting_.pop();
      ++out_;
      return task;
    }
    if (waiting_.empty()) {
      changed_.wait(lock, stop, [&] { return is_closed_ || !waiting_.empty() || out_ == 0; });
    } else {
      const auto next = waiting_.top().not_before;
      changed_.wait_until(lock, stop, next,
                          [&] { return is_closed_ || waiting_.empty() || waiting_.top().not_before < next; });
    }
  }
  return std::nullopt;
}

void SchemaQueue::finish() {
  const std::scoped_lock lock(mutex_);
  --out_;
  changed_.notify_all();
}

void SchemaQueue::put_back(Task task, Milliseconds first, Milliseconds longest) {
  const std::scoped_lock lock(mutex_);
  auto pause = std::min(first * (1 << std::min(task.tries, 10)), longest);
  pause += Milliseconds(std::uniform_int_distribution<std::int64_t>(0, pause.count() / 2)(random_));
  ++task.tries;
  waiting_.push({std::chrono::steady_clock::now() + pause, next_order_++, std::move(task)});
  --out_;
  changed_.notify_all();
}

void SchemaQueue::close() {
  const std::scoped_lock lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

std::vector<SchemaRecord> SchemaQueue::rest() {
  const std::scoped_lock lock(mutex_);
  std::vector<SchemaRecord> rest;
  for (; !waiting_.empty(); waiting_.pop()) rest.push_back(waiting_.top().task.schema);
  return rest;
}

}  // namespace tenure::schemas
