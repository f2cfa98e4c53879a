#pragma once

#include <nlohmann/json_fwd.hpp>

#include "identity/accounts.h"

namespace tenure::server {

/// {"user_id", "email", "full_name", "is_active", "is_platform_admin", "created_at"}.
nlohmann::json account_to_json(const identity::Account& account);

}  // namespace tenure::server
