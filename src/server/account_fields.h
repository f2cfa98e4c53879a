#pragma once

#include <string>
#include <string_view>

#include "base/email.h"
#include "base/secret.h"
#include "identity/full_name.h"
#include "identity/password.h"

/// The fields of an account as Body::parsed reads them.
namespace tenure::server {

inline Email email_of(const std::string& text) { return Email::parse(text); }

/// A password that one may choose.
inline auto new_password_of(std::string_view field) {
  return [field](const std::string& text) {
    Secret password(text);
    identity::require_acceptable_password(password, field);
    return password;
  };
}

}  // namespace tenure::server
