#pragma once

#include <sodium.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"

/// libsodium's crypto_secretstream_xchacha20poly1305: a sequence of messages, each encrypted and authenticated, that
/// cannot be reordered, cut or mixed with another's. Keys are wiped from memory at the end.
namespace tenure::archive {

inline constexpr std::size_t kStreamHeaderSize = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
inline constexpr std::size_t kMessageOverhead = crypto_secretstream_xchacha20poly1305_ABYTES;

enum class Tag : std::uint8_t {
  content = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
  description = crypto_secretstream_xchacha20poly1305_TAG_PUSH,
  footer = crypto_secretstream_xchacha20poly1305_TAG_FINAL,
};

/// Encrypts.
class Sealer {
 public:
  explicit Sealer(const Secret& key);
  ~Sealer() { sodium_memzero(&state_, sizeof state_); }
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  const std::string& header() const { return header_; }
  /// Appends the ciphertext of `plain` to `to`. `position` is authenticated with it, and not stored.
  void seal(std::string& to, std::string_view plain, Tag tag, std::string_view position = {});

 private:
  crypto_secretstream_xchacha20poly1305_state state_;
  std::string header_;
};

/// Decrypts.
class Opener {
 public:
  /// @throws Error(corrupt) when no stream begins with `header`.
  Opener(const Secret& key, std::string_view header);
  ~Opener() { sodium_memzero(&state_, sizeof state_); }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /// Puts the next message's text into `plain` and returns its tag. @throws Error(corrupt) when it is not the next
  /// message of this stream as it was written.
  Tag open(std::string& plain, std::string_view cipher, std::string_view position = {});

 private:
  crypto_secretstream_xchacha20poly1305_state state_;
};

}  // namespace tenure::archive
