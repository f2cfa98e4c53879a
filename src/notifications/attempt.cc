#include "notifications/attempt.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace tenure::notifications {
namespace {

std::optional<Milliseconds> retry_after(const http::Answer& answer) {
  const auto header = answer.headers.find("retry-after");
  if (header == answer.headers.end()) return std::nullopt;
  const auto& text = header->second;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

Attempt post(const http::Request& request, const Call& call) {
  try {
    const auto answer = http::send(request, call);
    if (answer.status >= 200 && answer.status < 300) return {};
    return {.why = fmt::format("answered {}", answer.status),
            .may_pass = answer.status == 408 || answer.status == 429 || answer.status >= 500,
            .wait = retry_after(answer)};
  } catch (const Error& error) {
    return {.why = error.what(), .may_pass = error.retry() == Retry::later};
  }
}

}  // namespace tenure::notifications
