#pragma once

#include <optional>
#include <string>

#include "archive/archive.h"
#include "pg/pool.h"
#include "schemas/databases/tenant_databases.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// One order to bring a tenant's database back.
struct DatabaseRestoreOrder {
  const RestoreRequest& request;
  const archive::Vault& vault;
  const archive::Label& label;
  const ProgressSink& progress;
};

/// Makes a tenant's database again from a job's archive. Its record comes first, as one that is being made; the
/// database is filled under a name of its own; one transaction then gives it the tenant's name and leaves the receipt.
/// Whatever is interrupted before that begins anew with an empty database.
class DatabaseRestoration {
 public:
  DatabaseRestoration(pg::Pool& service, const std::string& reference, const DatabaseRestoreOrder& order)
      : service_(service), reference_(reference), order_(order) {}

  /// @throws as TenantDataStore::restore.
  Restoration run(const Call& call);

 private:
  const TenantId& tenant() const { return std::get<TenantId>(order_.request.subject); }
  /// What was answered already.
  std::optional<Restoration> find_earlier(pg::Connection& connection, const Call& call);
  schemas::TenantDatabase begin_making(pg::Connection& connection, const std::string& record, const Call& call);
  void fill(const schemas::TenantDatabase& database, archive::Reader& reader, const std::string& structure,
            Restoration& restoration, const Call& call);
  void finish(pg::Connection& connection, const std::optional<schemas::TenantDatabase>& database,
              const Restoration& restoration, const Call& call);

  pg::Pool& service_;
  const std::string& reference_;
  const DatabaseRestoreOrder order_;
};

}  // namespace tenure::store
