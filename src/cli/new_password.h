#pragma once

#include "base/secret.h"

namespace tenure::cli {

/// The password for a new account: that of TENURE_USER_PASSWORD, else typed twice at the terminal without being shown.
/// @throws Error(invalid_argument) "password: …" when nobody is there to ask, the two differ, or it is not acceptable.
Secret new_password();

}  // namespace tenure::cli
