#include "erasure/backoff.h"

#include <algorithm>

namespace tenure::erasure {
namespace {

constexpr Milliseconds kFirstWhenBusy{100};
constexpr Milliseconds kFirstWhenUnreachable{250};
constexpr Milliseconds kLongestWhenBusy{10000};
constexpr Milliseconds kLongestWhenUnreachable{60000};

}  // namespace

FailureKind kind_of(ErrorCode code, Retry retry) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::unfinished:
    case ErrorCode::outcome_unknown:
      return FailureKind::unreachable;
    default:
      return retry == Retry::later ? FailureKind::busy : FailureKind::permanent;
  }
}

Milliseconds backoff(FailureKind kind, int attempt) {
  const bool is_busy = kind == FailureKind::busy;
  const auto longest = is_busy ? kLongestWhenBusy : kLongestWhenUnreachable;
  auto delay = is_busy ? kFirstWhenBusy : kFirstWhenUnreachable;
  for (int at = 1; at < attempt && delay < longest; ++at) delay *= 2;
  return std::min(delay, longest);
}

Milliseconds with_jitter(Milliseconds delay, double random) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * (0.5 + random)));
}

Milliseconds waited_after(FailureKind kind, int attempts) {
  Milliseconds waited{0};
  for (int at = 1; at <= attempts; ++at) waited += backoff(kind, at);
  return waited;
}

}  // namespace tenure::erasure
