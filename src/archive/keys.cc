#include "archive/keys.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <optional>

#include "archive/hash.h"
#include "base/base64url.h"
#include "base/error.h"

namespace tenure::archive {
namespace {

constexpr std::size_t kKeySize = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kLongestId = 63;
constexpr std::string_view kWrapVersion = "v1.";
constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/// Chooses the fast implementations, and makes its random numbers safe to ask for from several threads.
void start_libsodium() {
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "libsodium could not start");
}

std::string random_bytes(std::size_t size) {
  start_libsodium();
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && id.find_first_not_of(kIdCharacters) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// The text up to the next `separator`, both taken off `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

/// What a wrapped key is authenticated with besides itself.
std::string binding_of(std::string_view id, const JobId& job) {
  return fmt::format("tenure.archive.v1.wrapped_key\n{}\n{}", id, job.str());
}

struct WrappedParts {
  std::string_view id;
  std::string bytes;  ///< nonce and ciphertext
};

WrappedParts parts_of(const WrappedKey& wrapped) {
  const std::string_view text = wrapped.text;
  const auto dot = text.rfind('.');
  if (text.starts_with(kWrapVersion) && dot >= kWrapVersion.size()) {
    const auto id = text.substr(kWrapVersion.size(), dot - kWrapVersion.size());
    auto bytes = from_base64url(text.substr(dot + 1));
    if (is_key_id(id) && bytes && bytes->size() == kNonceSize + kKeySize + kTagSize) return {id, std::move(*bytes)};
  }
  throw Error(ErrorCode::corrupt, "the archive's wrapped key is not as it was written");
}

}  // namespace

DataKey::DataKey(Secret bytes) : bytes_(std::move(bytes)) {
  if (bytes_.reveal().size() != kKeySize) throw Error(ErrorCode::invalid_argument, "a data key must have 32 bytes");
}

DataKey DataKey::random() { return DataKey(Secret(random_bytes(kKeySize))); }

KeyRing KeyRing::parse(const Secret& text, std::string_view field) {
  // Nobody reads or writes an archive without a ring.
  start_libsodium();
  KeyRing ring;
  std::vector<std::string> problems;
  std::string_view rest = text.reveal();
  for (int number = 1; !rest.empty(); ++number) {
    auto line = trimmed(take_until(rest, '\n'));
    if (line.starts_with('#')) continue;
    while (!line.empty()) {
      const auto problem = ring.add(trimmed(take_until(line, ',')));
      if (!problem.empty()) problems.push_back(fmt::format("{}: line {}: {}", field, number, problem));
    }
  }
  if (problems.empty() && ring.keys_.empty()) problems.push_back(fmt::format("{}: holds no key", field));
  if (problems.empty()) return ring;
  throw Error(ErrorCode::invalid_argument, fmt::format("{}", fmt::join(problems, "; "))).with_problems(problems);
}

std::string KeyRing::add(std::string_view line) {
  const auto colon = line.find(':');
  // Not quoted: without its id, a line is the key.
  if (colon == std::string_view::npos) return "is not an id, a colon and a key";
  const auto id = line.substr(0, colon);
  if (!is_key_id(id)) return "the id before the colon is not 1 to 63 of a-z, A-Z, 0-9, _ and -";
  auto decoded = from_base64url(trimmed(line.substr(colon + 1)));
  const Secret bytes(std::move(decoded).value_or(""));
  if (bytes.reveal().size() != kKeySize) return fmt::format("key {} is not 32 bytes in base64url, 43 characters", id);
  for (const auto& key : keys_) {
    if (key.id == id) return fmt::format("key {} is there twice", id);
    if (key.bytes == bytes) return fmt::format("key {} is the same as {}", id, key.id);
  }
  keys_.push_back({std::string(id), bytes});
  return {};
}

Secret KeyRing::generate(std::string_view id) {
  if (!is_key_id(id)) {
    throw Error(ErrorCode::invalid_argument, "id: must be 1 to 63 of a-z, A-Z, 0-9, _ and -");
  }
  const Secret bytes(random_bytes(kKeySize));
  return Secret(fmt::format("{}:{}", id, to_base64url(bytes.reveal())));
}

const std::string& KeyRing::current_id() const { return current().id; }

std::vector<std::string> KeyRing::ids() const {
  std::vector<std::string> ids;
  for (const auto& key : keys_) ids.push_back(key.id);
  return ids;
}

const KeyRing::Key& KeyRing::current() const {
  if (keys_.empty()) throw Error(ErrorCode::refused, "the estate has no key for archives");
  return keys_.front();
}

WrappedKey KeyRing::wrap(const DataKey& key, const JobId& job) const {
  const auto& by = current();
  const auto binding = binding_of(by.id, job);
  const auto& plain = key.bytes().reveal();
  auto bytes = random_bytes(kNonceSize);
  bytes.resize(kNonceSize + kKeySize + kTagSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(bytes) + kNonceSize, nullptr, raw(plain), plain.size(), raw(binding),
                                             binding.size(), nullptr, raw(bytes), raw(by.bytes.reveal()));
  return {fmt::format("{}{}.{}", kWrapVersion, by.id, to_base64url(bytes))};
}

DataKey KeyRing::unwrap(const WrappedKey& wrapped, const JobId& job) const {
  const auto parts = parts_of(wrapped);
  const auto by = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == parts.id; });
  if (by == keys_.end()) {
    throw Error(ErrorCode::refused,
                fmt::format("the estate's keys for archives do not include {}, which is needed", parts.id));
  }
  const auto binding = binding_of(by->id, job);
  std::string plain(kKeySize, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(parts.bytes) + kNonceSize,
                                                 parts.bytes.size() - kNonceSize, raw(binding), binding.size(),
                                                 raw(parts.bytes), raw(by->bytes.reveal())) != 0) {
    throw Error(
        ErrorCode::corrupt,
        fmt::format(
            "the archive's wrapped key is not this job's, or key {} is another than the one it was wrapped with",
            by->id));
  }
  return DataKey(Secret(std::move(plain)));
}

WrappedKey KeyRing::rewrap(const WrappedKey& wrapped, const JobId& job) const {
  return wrap(unwrap(wrapped, job), job);
}

bool KeyRing::is_current(const WrappedKey& wrapped) const { return parts_of(wrapped).id == current_id(); }

}  // namespace tenure::archive
