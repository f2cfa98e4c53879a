#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "estate/estate.h"
#include "pg/pool.h"
#include "tenancy/tenants.h"

namespace tenure::erasure {

/// Where tenants can be looked up. Implementations are thread-safe.
class TenantDirectory {
 public:
  virtual ~TenantDirectory() = default;
  /// The tenant's name, empty when it has none; nullopt when there is no such tenant.
  virtual std::optional<std::string> find_name(const TenantId& tenant, const Call& call) = 0;
  /// The fence before the job is made: from here on the tenant's members can do nothing. An unknown tenant is none of
  /// its business; neither is a fence where somebody else keeps the tenants.
  virtual void begin_deletion(const TenantId& /*tenant*/, const JobId& /*job*/, const Call& /*call*/) {}
  /// Takes the job's fence down again: the tenant is as it was before. Harmless to repeat.
  virtual void undo_deletion(const TenantId& /*tenant*/, const JobId& /*job*/, const Call& /*call*/) {}
};

/// Tenants that Tenure keeps itself.
class ManagedTenantRecord final : public TenantDirectory {
 public:
  explicit ManagedTenantRecord(tenancy::Tenants& tenants) : tenants_(tenants) {}

  std::optional<std::string> find_name(const TenantId& tenant, const Call& call) override;
  void begin_deletion(const TenantId& tenant, const JobId& job, const Call& call) override;
  void undo_deletion(const TenantId& tenant, const JobId& job, const Call& call) override;

 private:
  tenancy::Tenants& tenants_;
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
