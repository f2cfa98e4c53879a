#pragma once

#include <string>
#include <string_view>

namespace tenure {

/// An e-mail address in the one spelling it is stored and compared in: trimmed, ASCII letters in lower case. Personal
/// data: like Secret it has no formatter and no stream operator, so logging one does not compile.
class Email {
 public:
  /// Accepts local@domain of printable ASCII without spaces, the domain with a dot, at most 254 characters (RFC 5321,
  /// section 4.5.3.1). @throws Error(invalid_argument) naming `field`, never the address.
  static Email parse(std::string_view text, std::string_view field = "email");

  const std::string& address() const { return address_; }
  bool operator==(const Email&) const = default;

 private:
  explicit Email(std::string address) : address_(std::move(address)) {}

  std::string address_;
};

}  // namespace tenure
