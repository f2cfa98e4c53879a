#pragma once

#include <string>
#include <utility>

namespace tenure {

/// A value that must not be printed: it has no formatter and no stream operator, so logging one does not compile.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  /// The value itself, at the one place that hands it to a library.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

}  // namespace tenure
