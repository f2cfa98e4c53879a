#include "archive/secret_stream.h"

#include "archive/hash.h"
#include "base/error.h"

namespace tenure::archive {

Sealer::Sealer(const Secret& key) : header_(kStreamHeaderSize, '\0') {
  crypto_secretstream_xchacha20poly1305_init_push(&state_, raw(header_), raw(key.reveal()));
}

void Sealer::seal(std::string& to, std::string_view plain, Tag tag, std::string_view position) {
  const auto at = to.size();
  to.resize(at + plain.size() + kMessageOverhead);
  crypto_secretstream_xchacha20poly1305_push(&state_, raw(to) + at, nullptr, raw(plain), plain.size(), raw(position),
                                             position.size(), static_cast<unsigned char>(tag));
}

Opener::Opener(const Secret& key, std::string_view header) {
  if (crypto_secretstream_xchacha20poly1305_init_pull(&state_, raw(header), raw(key.reveal())) != 0) {
    throw Error(ErrorCode::corrupt, "it does not begin as a section");
  }
}

Tag Opener::open(std::string& plain, std::string_view cipher, std::string_view position) {
  if (cipher.size() < kMessageOverhead) throw Error(ErrorCode::corrupt, "it is cut short");
  plain.resize(cipher.size() - kMessageOverhead);
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_, raw(plain), nullptr, &tag, raw(cipher), cipher.size(),
                                                 raw(position), position.size()) != 0) {
    throw Error(ErrorCode::corrupt, "it is not as it was written");
  }
  return static_cast<Tag>(tag);
}

}  // namespace tenure::archive
