#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tenure {

/// Where a piece of work stands in what one request set going: the trace, which all of it shares, and the span that
/// called (W3C Trace Context, https://www.w3.org/TR/trace-context/). Random numbers: they say nothing about anybody.
/// `tracestate` is not kept, since it may hold anything.
class TraceContext {
 public:
  /// A new trace.
  static TraceContext start();
  /// A `traceparent` as a header or a message brought it. nullopt for anything malformed, upper case and two headers in
  /// one included: whoever gets that starts a new trace. Of a later version only what version 00 has is read.
  static std::optional<TraceContext> parse(std::string_view traceparent);

  /// The same trace, one hop on: a new span. What arrives is taken a hop on by whoever receives it, and what is sent by
  /// whoever sends it.
  TraceContext next() const;

  /// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
  std::string traceparent() const;
  /// 32 lower-case hexadecimal digits, not all zero.
  std::string trace_id() const { return {trace_.begin(), trace_.end()}; }
  /// 16 likewise.
  std::string span_id() const { return {span_.begin(), span_.end()}; }

  bool operator==(const TraceContext&) const = default;

 private:
  TraceContext() = default;

  // Digits, as they travel.
  std::array<char, 32> trace_{};
  std::array<char, 16> span_{};
  std::array<char, 2> flags_{'0', '0'};
};

}  // namespace tenure
