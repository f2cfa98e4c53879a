#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace tenure {

/// A running BLAKE2b-256 digest (RFC 7693). Parts are length-prefixed, so that "ab","c" and "a","bc" differ.
class Digest {
 public:
  Digest();
  /// Keyed: without the key nobody can tell what it is of, nor make one. `key` may be of any length.
  explicit Digest(const Secret& key);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  Digest& add(std::string_view part);
  /// 64 lower-case hexadecimal digits; ends the digest.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenure
