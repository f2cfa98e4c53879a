#pragma once

#include <sodium.h>

#include <string>
#include <string_view>

namespace tenure::archive {

inline constexpr std::size_t kHashSize = crypto_generichash_BYTES;

/// A running BLAKE2b-256 (RFC 7693) of bytes as they are, without a length between its parts, so that any other
/// program can compute it.
class Hash {
 public:
  Hash();
  Hash& add(std::string_view bytes);
  /// The 32 bytes; ends the hash.
  std::string bytes();

 private:
  crypto_generichash_state state_;
};

std::string hash_of(std::string_view bytes);
std::string to_hex(std::string_view bytes);

/// What libsodium takes.
inline const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace tenure::archive
