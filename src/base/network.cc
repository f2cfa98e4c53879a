#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace tenure {
namespace {

constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;

bool bit_of(const std::array<unsigned char, 16>& bytes, unsigned at) {
  return (unsigned{bytes.at(at / 8)} >> (7 - at % 8) & 1U) != 0;
}

std::optional<unsigned> parse_length(std::string_view text, unsigned most) {
  unsigned length = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool is_number = failed == std::errc() && end == text.data() + text.size();
  return is_number && length >= 1 && length <= most ? std::optional(length) : std::nullopt;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
  if (inet_pton(AF_INET, terminated.c_str(), &address.bytes_[kMapped.size()]) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_version_4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

std::string IpAddress::subscriber() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_version_4()) {
    inet_ntop(AF_INET, &bytes_[kMapped.size()], text.data(), text.size());
    return text.data();
  }
  auto network = bytes_;
  std::fill(network.begin() + 8, network.end(), static_cast<unsigned char>(0));
  inet_ntop(AF_INET6, network.data(), text.data(), text.size());
  return std::string(text.data()) + "/64";
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network;
  network.first_ = *address;
  if (slash == std::string_view::npos) return network;
  const unsigned before = address->is_version_4() ? kMappedBits : 0;
  const auto length = parse_length(text.substr(slash + 1), 128 - before);
  if (!length) return std::nullopt;
  network.length_ = before + *length;
  for (unsigned at = network.length_; at < 128; ++at) {
    if (bit_of(address->bytes_, at)) return std::nullopt;
  }
  return network;
}

bool Network::contains(const IpAddress& address) const {
  if (address.is_version_4() != first_.is_version_4()) return false;
  for (unsigned at = 0; at < length_; ++at) {
    if (bit_of(address.bytes_, at) != bit_of(first_.bytes_, at)) return false;
  }
  return true;
}

}  // namespace tenure
