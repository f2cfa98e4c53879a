#include "cli/evidence_key.h"

#include <fmt/format.h>

#include "base/error.h"
#include "signing/key_file.h"

namespace tenure::cli {

signing::SigningKey evidence_key(const estate::Estate& estate, const std::filesystem::path& estate_file,
                                 const std::filesystem::path& state, FirstKey first) {
  const auto own_file = state / "evidence_key.pem";
  if (!estate.evidence && first == FirstKey::is_made) return signing::read_or_make_key_file(own_file);
  if (!estate.evidence) return signing::read_key_file(own_file);
  const auto& evidence = *estate.evidence;
  if (!evidence.signing_key_file) {
    const auto field = fmt::format("{}:{}: evidence.signing_key", estate_file.string(), evidence.line);
    return signing::SigningKey::from_pem(evidence.signing_key, field);
  }
  try {
    return signing::read_key_file(*evidence.signing_key_file);
  } catch (Error& error) {
    throw std::move(error.in(fmt::format("{}:{}: evidence.signing_key_file", estate_file.string(), evidence.line)));
  }
}

}  // namespace tenure::cli
