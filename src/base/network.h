#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tenure {

/// An address of IPv4 or IPv6. One of version 4 equals itself written as ::ffff:192.0.2.1, as which a socket of both
/// kinds shows it.
class IpAddress {
 public:
  /// "192.0.2.1" or "2001:db8::1", and nothing around it.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_version_4() const;
  /// The address; of version 6 the first 64 bits, which is what one subscriber has. As text in one spelling.
  std::string subscriber() const;
  bool operator==(const IpAddress&) const = default;

 private:
  friend class Network;
  std::array<unsigned char, 16> bytes_{};
};

/// All addresses that begin alike.
class Network {
 public:
  /// "10.0.0.0/8", "2001:db8::/32", or one address. nullopt also when a bit behind the length is set, or the length is
  /// 0.
  static std::optional<Network> parse(std::string_view text);

  /// Never true for an address of the other version.
  bool contains(const IpAddress& address) const;
  bool operator==(const Network&) const = default;

 private:
  IpAddress first_;
  unsigned length_ = 128;  // bits
};

}  // namespace tenure
