#pragma once

#include <filesystem>

#include "estate/estate.h"
#include "signing/signing_key.h"

namespace tenure::cli {

/// When the estate file names no key and the state folder has none yet.
enum class FirstKey { is_made, must_be_there };

/// What an estate signs reports and its audit log with: the key that its file names, else evidence_key.pem in the state
/// folder, which is made there if that is wanted. @throws as signing::read_key_file and make_key_file.
signing::SigningKey evidence_key(const estate::Estate& estate, const std::filesystem::path& estate_file,
                                 const std::filesystem::path& state, FirstKey first);

}  // namespace tenure::cli
