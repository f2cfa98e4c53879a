#pragma once

#include <string>
#include <utility>

namespace tenure {

/// A value that must not be printed: it has no formatter and no stream operator, so logging one does not compile. Its
/// memory is overwritten when it ends or is assigned another value.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept { value_.swap(other.value_); }
  Secret& operator=(Secret other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~Secret() { wipe(value_); }

  /// The value itself, at the one place that hands it to a library.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

  /// Overwrites what `text` holds, in a way that no optimiser leaves out, and leaves it empty.
  static void wipe(std::string& text) noexcept;

 private:
  std::string value_;
};

}  // namespace tenure
