#include "tests/support/receiver.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tenure::test {
namespace {

constexpr std::chrono::seconds kGenerous{60};

}  // namespace

Receiver::Receiver(std::vector<int> statuses)
    : statuses_(statuses.begin(), statuses.end()),
      http_({}, [this](server::Request request) { return answer(std::move(request)); }) {}

server::Response Receiver::answer(server::Request request) {
  std::unique_lock lock(mutex_);
  const auto stop = request.stop;
  received_.push_back(std::move(request));
  changed_.notify_all();
  if (is_silent_) changed_.wait(lock, stop, [] { return false; });
  int status = 200;
  if (!statuses_.empty()) {
    status = statuses_.front();
    statuses_.pop_front();
  }
  return {.status = status, .content_type = "text/plain", .body = "ok", .headers = {}};
}

std::vector<server::Request> Receiver::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<server::Request> Receiver::wait_for(std::size_t count) const {
  std::unique_lock lock(mutex_);
  const bool have_come = changed_.wait_for(lock, kGenerous, [&] { return received_.size() >= count; });
  EXPECT_TRUE(have_come) << received_.size() << " of " << count << " came";
  return received_;
}

void Receiver::fall_silent() {
  const std::lock_guard lock(mutex_);
  is_silent_ = true;
}

}  // namespace tenure::test
