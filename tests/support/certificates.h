#pragma once

#include <filesystem>

namespace tenure::test {

/// Writes server.pem and server.key for "localhost" into the folder, and ca.pem of the authority that they are from,
/// made for them. @throws std::runtime_error, with what openssl said.
void make_certificates(const std::filesystem::path& folder);

}  // namespace tenure::test
