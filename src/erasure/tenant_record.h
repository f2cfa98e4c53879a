#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "estate/estate.h"
#include "pg/pool.h"

namespace tenure::erasure {

/// Where tenants can be looked up. Implementations are thread-safe.
class TenantDirectory {
 public:
  virtual ~TenantDirectory() = default;
  /// The tenant's name, empty when it has none; nullopt when there is no such tenant.
  virtual std::optional<std::string> find_name(const TenantId& tenant, const Call& call) = 0;
};

/// Reads the tenant record in the tenant service's database, as the estate file describes it.
class PostgresTenantRecord final : public TenantDirectory {
 public:
  /// `default_schema` is where a table written without a schema is.
  PostgresTenantRecord(pg::Pool& database, const estate::TenantRecord& record,
                       const std::string& default_schema = "public");

  std::optional<std::string> find_name(const TenantId& tenant, const Call& call) override;

 private:
  pg::Pool& database_;
  const pg::Sql find_name_;  // $1 tenant id
};

}  // namespace tenure::erasure
