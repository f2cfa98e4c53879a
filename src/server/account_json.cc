#include "server/account_json.h"

#include <nlohmann/json.hpp>

namespace tenure::server {

nlohmann::json account_to_json(const identity::Account& account) {
  return {{"user_id", account.id.str()},
          {"email", account.email.address()},
          {"full_name", account.full_name},
          {"is_active", account.is_active},
          {"is_platform_admin", account.is_platform_admin},
          {"created_at", to_rfc3339(account.created_at)}};
}

}  // namespace tenure::server
