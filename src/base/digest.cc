#include "base/digest.h"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace tenure {

struct Digest::State {
  crypto_generichash_state hash;
};

Digest::Digest() : state_(std::make_unique<State>()) {
  crypto_generichash_init(&state_->hash, nullptr, 0, crypto_generichash_BYTES);
}

Digest::Digest(const Secret& key) : state_(std::make_unique<State>()) {
  const auto& text = key.reveal();
  std::array<unsigned char, crypto_generichash_KEYBYTES> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  crypto_generichash_init(&state_->hash, bytes.data(), bytes.size(), crypto_generichash_BYTES);
  sodium_memzero(bytes.data(), bytes.size());
}

Digest::~Digest() = default;

Digest& Digest::add(std::string_view part) {
  std::array<unsigned char, 8> length{};
  for (std::size_t byte = 0; byte < length.size(); ++byte) {
    length[byte] = static_cast<unsigned char>(static_cast<std::uint64_t>(part.size()) >> (8 * byte) & 0xff);
  }
  crypto_generichash_update(&state_->hash, length.data(), length.size());
  crypto_generichash_update(&state_->hash, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  return *this;
}

std::string Digest::hex() {
  std::array<unsigned char, crypto_generichash_BYTES> bytes{};
  crypto_generichash_final(&state_->hash, bytes.data(), bytes.size());
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace tenure
