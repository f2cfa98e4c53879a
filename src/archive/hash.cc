#include "archive/hash.h"

namespace tenure::archive {

Hash::Hash() { crypto_generichash_init(&state_, nullptr, 0, kHashSize); }

Hash& Hash::add(std::string_view bytes) {
  crypto_generichash_update(&state_, raw(bytes), bytes.size());
  return *this;
}

std::string Hash::bytes() {
  std::string out(kHashSize, '\0');
  crypto_generichash_final(&state_, raw(out), out.size());
  return out;
}

std::string hash_of(std::string_view bytes) { return Hash().add(bytes).bytes(); }

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace tenure::archive
