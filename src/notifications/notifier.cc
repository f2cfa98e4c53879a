#include "notifications/notifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "base/pause.h"
#include "notifications/attempt.h"

namespace tenure::notifications {
Notifier::Notifier(std::vector<std::unique_ptr<Channel>> channels, Patience patience,
                   std::function<void(const Undelivered& undelivered)> on_undelivered)
    : channels_(std::move(channels)),
      patience_(patience),
      on_undelivered_(std::move(on_undelivered)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Notifier::~Notifier() {
  thread_.request_stop();
  thread_.join();
}

void Notifier::tell(Notice notice) {
  if (channels_.empty()) return;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(notice));
  changed_.notify_all();
}

void Notifier::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !is_delivering_; });
}

void Notifier::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
    const auto notice = std::move(waiting_.front());
    waiting_.pop_front();
    is_delivering_ = true;
    lock.unlock();
    deliver(notice, stop);
    lock.lock();
    is_delivering_ = false;
    changed_.notify_all();
    if (stop.stop_requested()) return;
  }
}

void Notifier::deliver(const Notice& notice, const std::stop_token& stop) {
  std::vector<std::future<std::string>> tries;
  tries.reserve(channels_.size());
  for (const auto& channel : channels_) {
    tries.push_back(std::async(std::launch::async, [&] { return try_channel(*channel, notice, stop); }));
  }
  for (std::size_t at = 0; at < tries.size(); ++at) {
    const auto why = tries[at].get();
    if (!why.empty() && on_undelivered_) on_undelivered_({channels_[at]->name(), notice.kind, why});
  }
}

std::string Notifier::try_channel(const Channel& channel, const Notice& notice, const std::stop_token& stop) const {
  const auto request = channel.request_for(notice);
  auto wait = patience_.first_pause;
  for (int tried = 1;; ++tried) {
    const auto outcome = post(request, {Deadline::after(patience_.timeout), stop});
    if (outcome.why.empty()) return {};
    if (!outcome.may_pass || tried >= patience_.tries || stop.stop_requested()) {
      return tried == 1 ? outcome.why : fmt::format("{}, {} times", outcome.why, tried);
    }
    pause(std::min(outcome.wait.value_or(wait), patience_.longest_pause), stop);
    wait = std::min(wait * 2, patience_.longest_pause);
  }
}

}  // namespace tenure::notifications
