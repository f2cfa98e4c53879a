#pragma once

#include <filesystem>

#include "signing/signing_key.h"

namespace tenure::signing {

/// Reads the key in a file of its own. @throws Error(not_found) when there is none, Error(refused) when others than the
/// file's owner and group may read it, or others than its owner change it, Error(invalid_argument) when it holds no key
/// to sign with. Each names the file.
SigningKey read_key_file(const std::filesystem::path& file);

/// Makes a key and its file, which only its owner may read; the file appears under its name when it is complete.
/// @throws Error(conflict) when there is a file already, which is left alone, Error(unavailable) when none can be made.
SigningKey make_key_file(const std::filesystem::path& file);

/// Reads the key, or makes the first one: of several processes that come at once, all get the same. @throws as both.
SigningKey read_or_make_key_file(const std::filesystem::path& file);

}  // namespace tenure::signing
