#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "pg/pool.h"

namespace tenure::tenancy {

/// Named values of a tenant, as JSON. Thread-safe; throws as Members.
class TenantSettings {
 public:
  explicit TenantSettings(pg::Pool& database) : database_(database) {}

  /// All of them, by name.
  std::map<std::string, nlohmann::json> list(const TenantId& tenant, const Call& call);
  /// @throws Error(invalid_argument) unless the name is a small letter and then at most 59 of a-z, 0-9, '_', '.' and
  /// '-', or for a value of more than 8,192 bytes or a NUL in it; Error(conflict) beyond 200 settings.
  void put(const TenantId& tenant, const std::string& name, const nlohmann::json& value, const Call& call);
  /// @throws Error(not_found) "name: …".
  void remove(const TenantId& tenant, const std::string& name, const Call& call);

 private:
  pg::Pool& database_;
};

}  // namespace tenure::tenancy
