#include "store/postgres/pseudonym.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <string_view>

namespace tenure::store {

std::string pseudonym_of(const UserId& user, const std::string& tenant, const Secret& key) {
  const auto bytes_of = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  // The key may be of any length; the hash wants 32 bytes.
  std::array<unsigned char, 32> hash_key{};
  crypto_generichash(hash_key.data(), hash_key.size(), bytes_of(key.reveal()), key.reveal().size(), nullptr, 0);
  const auto message = fmt::format("{}/{}", tenant, user.str());
  std::array<unsigned char, 16> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), bytes_of(message), message.size(), hash_key.data(), hash_key.size());
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  const std::string_view digits(hex.data(), 32);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20, 12));
}

}  // namespace tenure::store
