#include "base/trace_context.h"

#include <sodium.h>

#include <algorithm>

namespace tenure {
namespace {

constexpr std::size_t kLength = 55;  // of version 00
// Those of level 2: sampled, and that the trace's id is random. Others must not be passed on.
constexpr int kKnownFlags = 0x03;

constexpr int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char digit) { return digit_value(digit) >= 0; });
}

bool is_id(std::string_view text) {
  return are_digits(text) && !std::ranges::all_of(text, [](char digit) { return digit == '0'; });
}

template <std::size_t Digits>
void fill_randomly(std::array<char, Digits>& id) {
  std::array<unsigned char, Digits / 2> bytes{};
  std::array<char, Digits + 1> text{};
  do {
    randombytes_buf(bytes.data(), bytes.size());
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    std::copy_n(text.begin(), Digits, id.begin());
  } while (!is_id({id.data(), id.size()}));
}

}  // namespace

TraceContext TraceContext::start() {
  TraceContext context;
  fill_randomly(context.trace_);
  fill_randomly(context.span_);
  context.flags_ = {'0', '1'};
  return context;
}

std::optional<TraceContext> TraceContext::parse(std::string_view traceparent) {
  if (traceparent.size() < kLength) return std::nullopt;
  const auto version = traceparent.substr(0, 2);
  const auto trace = traceparent.substr(3, 32);
  const auto span = traceparent.substr(36, 16);
  const auto flags = traceparent.substr(53, 2);
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return std::nullopt;
  if (!are_digits(version) || version == "ff" || !is_id(trace) || !is_id(span) || !are_digits(flags)) {
    return std::nullopt;
  }
  const bool has_more = traceparent.size() > kLength;
  if (has_more && (version == "00" || traceparent[kLength] != '-')) return std::nullopt;
  TraceContext context;
  std::ranges::copy(trace, context.trace_.begin());
  std::ranges::copy(span, context.span_.begin());
  context.flags_[1] = static_cast<char>('0' + (digit_value(flags[1]) & kKnownFlags));
  return context;
}

TraceContext TraceContext::next() const {
  auto next = *this;
  fill_randomly(next.span_);
  return next;
}

std::string TraceContext::traceparent() const {
  return "00-" + trace_id() + "-" + span_id() + "-" + std::string(flags_.begin(), flags_.end());
}

}  // namespace tenure
