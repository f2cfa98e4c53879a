#include "base/secret.h"

#include <sodium.h>

namespace tenure {

void Secret::wipe(std::string& text) noexcept {
  // Up to the capacity: a value that was longer before may have left its end there.
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace tenure
