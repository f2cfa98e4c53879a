#pragma once

#include <string>

#include "base/secret.h"

namespace tenure {

/// A secret that stands for something in a database: 256 random bits as 43 characters of base64url. Only its digest is
/// stored, so that whoever reads the table cannot use it.
Secret make_opaque_token();

/// The digest under which the token is stored and found: 64 hexadecimal digits. Any text has one; one that
/// make_opaque_token did not write is found nowhere.
std::string digest_of_token(const Secret& token);

}  // namespace tenure
