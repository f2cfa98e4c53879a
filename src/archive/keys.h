#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/secret.h"

namespace tenure::archive {

/// The key that one job's archives are encrypted with: 256 random bits. Destroying every copy of its wrapped form is
/// the point of no return. Wiped from memory when destroyed; cannot be printed.
class DataKey {
 public:
  static DataKey random();
  /// @throws Error(invalid_argument) unless there are 32.
  explicit DataKey(Secret bytes);
  const Secret& bytes() const { return bytes_; }  ///< 32 of them

 private:
  Secret bytes_;
};

/// A data key as it is stored and sent: encrypted with a key of the estate and bound to its job. Printable text:
/// "v1.{key id}.{base64url}". Not a secret by itself.
struct WrappedKey {
  std::string text;
  bool operator==(const WrappedKey&) const = default;
};

/// The keys of an estate that data keys are wrapped with: the first wraps, all of them unwrap. Rotating puts a new one
/// in front; rewrap() moves a job over, after which the old one can go. A value.
class KeyRing {
 public:
  /// One key a line or several with commas between them, "id:base64url of 32 bytes"; blank lines and lines that begin
  /// with # do not count. `field` is named in errors.
  /// @throws Error(invalid_argument), never with a key in it.
  static KeyRing parse(const Secret& text, std::string_view field = "archive.key");
  /// A line for a new key, as parse() reads it. @throws Error(invalid_argument) for an id that parse() would not take.
  static Secret generate(std::string_view id);

  /// Of the key that wraps. @throws Error(refused) for a ring without a key, as wrap() does.
  const std::string& current_id() const;
  std::vector<std::string> ids() const;

  WrappedKey wrap(const DataKey& key, const JobId& job) const;
  /// @throws Error(corrupt) when it was altered or is another job's; Error(refused) naming the key's id when the ring
  /// does not have it.
  DataKey unwrap(const WrappedKey& wrapped, const JobId& job) const;
  /// The same data key under the current key. @throws as unwrap.
  WrappedKey rewrap(const WrappedKey& wrapped, const JobId& job) const;
  /// Whether `wrapped` is under the current key. @throws Error(corrupt) when it is no wrapped key.
  bool is_current(const WrappedKey& wrapped) const;

 private:
  struct Key {
    std::string id;
    Secret bytes;
  };

  /// Adds what a line says; returns what is wrong with it, else nothing.
  std::string add(std::string_view line);
  const Key& current() const;

  std::vector<Key> keys_;
};

}  // namespace tenure::archive
