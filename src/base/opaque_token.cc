#include "base/opaque_token.h"

#include <sodium.h>

#include "base/base64url.h"
#include "base/digest.h"

namespace tenure {
namespace {

constexpr std::size_t kBytes = 32;

}  // namespace

Secret make_opaque_token() {
  std::string bytes(kBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return Secret(to_base64url(bytes));
}

std::string digest_of_token(const Secret& token) { return Digest().add(token.reveal()).hex(); }

}  // namespace tenure
