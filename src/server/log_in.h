#pragma once

#include <variant>

#include "server/auth_routes.h"

namespace tenure::server {

/// Reads {"email", "password"} and begins a session with them; a 429 when that address was tried too often.
/// @throws as Login::log_in, and Error(invalid_argument) for a faulty body.
std::variant<identity::TokenPair, Response> log_in_with(const AuthServices& services, const Request& request);

}  // namespace tenure::server
