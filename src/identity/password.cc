#include "identity/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <set>

#include "base/error.h"
#include "base/opaque_token.h"

namespace tenure::identity {
namespace {

constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 256;
constexpr std::size_t kFewestDifferent = 5;

Error out_of_memory() { return Error(ErrorCode::unavailable, "password: there is no memory to hash it", Retry::later); }

std::string compute(const Secret& password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const auto& bytes = password.reveal();
  if (crypto_pwhash_str_alg(hash.data(), bytes.data(), bytes.size(), cost.passes, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw out_of_memory();
  }
  return hash.data();
}

}  // namespace

void require_acceptable_password(const Secret& password, std::string_view field) {
  const auto& bytes = password.reveal();
  const bool is_acceptable = bytes.size() >= kShortest && bytes.size() <= kLongest &&
                             std::set<char>(bytes.begin(), bytes.end()).size() >= kFewestDifferent;
  if (is_acceptable) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: needs {} to {} bytes, at least {} of them different", field,
                                                       kShortest, kLongest, kFewestDifferent));
}

PasswordHasher::PasswordHasher(PasswordCost cost, int at_once, int most_waiting)
    : cost_(cost), turns_("password", at_once, most_waiting) {
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "libsodium could not start");
  const bool is_possible = cost.passes >= crypto_pwhash_OPSLIMIT_MIN && cost.passes <= crypto_pwhash_OPSLIMIT_MAX &&
                           cost.memory >= crypto_pwhash_MEMLIMIT_MIN && cost.memory <= crypto_pwhash_MEMLIMIT_MAX;
  if (!is_possible) throw Error(ErrorCode::invalid_argument, "password cost: not one Argon2id can have");
  nobodys_hash_ = compute(make_opaque_token(), cost_);
}

std::string PasswordHasher::hash(const Secret& password, const Call& call) {
  const auto turn = turns_.take(call);
  return compute(password, cost_);
}

bool PasswordHasher::matches(const std::optional<std::string>& hash, const Secret& password, const Call& call) {
  const auto turn = turns_.take(call);
  const auto& compared = hash ? *hash : nobodys_hash_;
  const auto& bytes = password.reveal();
  errno = 0;
  const bool is_same = crypto_pwhash_str_verify(compared.c_str(), bytes.data(), bytes.size()) == 0;
  if (!is_same && errno == ENOMEM) throw out_of_memory();
  return is_same && hash.has_value();
}

bool PasswordHasher::is_outdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory) != 0;
}

}  // namespace tenure::identity
