#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "identity/es256.h"

namespace tenure::identity {

/// The estate's ES256 keys: a folder (0700) with a file (0600) a key, named "{made at}-{key id}.pem" so that the names
/// sort by age. The newest key signs, all of them verify: to rotate, add a key and retire the old one when the tokens
/// it signed have ended. Processes that share the folder share the keys; a lock file serialises who makes one.
/// Thread-safe.
class SigningKeys {
 public:
  /// Opens the folder, making it and its first key when there is none yet. @throws Error(refused) when a file may be
  /// read by others, Error(corrupt) when one holds no key, Error(unavailable) when the folder cannot be used.
  SigningKeys(std::filesystem::path folder, const Clock& clock);

  /// The key that signs.
  Es256Key newest() const;
  /// The key of a token's header, if it is one of ours. What other processes add or remove is seen within a minute, a
  /// key that is not known yet within a second.
  std::optional<Es256Key> find(std::string_view id) const;
  /// All keys, oldest first; the last one signs.
  std::vector<Es256Key> all() const;
  /// Adds a key, which signs from now on. The others keep verifying.
  Es256Key rotate();
  /// Removes a key: tokens it signed are refused, here at once and in other processes within a minute.
  /// @throws Error(not_found) when there is no such key, Error(refused) when it is the one that signs.
  void retire(std::string_view id);

 private:
  struct HeldKey {
    std::filesystem::path file;
    Es256Key key;
  };

  void reload() const;
  void reload_if_older_than(std::chrono::seconds age) const;
  void add_key() const;

  const std::filesystem::path folder_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::vector<HeldKey> keys_;  // guarded by mutex_; oldest first
  mutable MonotonicTime looked_at_{};  // guarded by mutex_
};

}  // namespace tenure::identity
