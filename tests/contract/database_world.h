#pragma once

#include <memory>
#include <string>

#include "schemas/databases/database_provisioner.h"
#include "store/spaces/space_store.h"
#include "tests/contract/world.h"
#include "tests/support/database.h"

namespace tenure::contract {

/// A product with a database a tenant: three tables in each, a view, a materialised view, a trigger, two sequences and
/// an extension; and one table that all tenants share in the service's own.
class DatabaseWorld final : public World {
 public:
  DatabaseWorld();
  ~DatabaseWorld() override;

  store::TenantDataStore& data_store() override { return *store_; }
  store::Counts fill(const TenantId& tenant) override;
  std::string add_row(const TenantId& tenant) override;
  std::int64_t rows_of(const TenantId& tenant) const override;
  /// Structure, rows, sequences and records.
  std::string digest_without(const std::optional<TenantId>& tenant) const override;

  /// The service's own.
  const test::TestDatabase& database() const { return db_; }
  schemas::DatabaseProvisioner& provisioner() { return *provisioner_; }
  const std::string& reference() const { return isolation_.reference; }
  /// Empty when the registry has none that is live.
  std::string database_of(const TenantId& tenant) const;
  /// Those on the server that are of this world's service, the reference apart.
  std::string databases() const;
  /// In one of them.
  std::string value_in(const std::string& database, const std::string& query) const;
  void run_in(const std::string& database, const std::string& script) const;

 private:
  const test::TestDatabase db_;
  const estate::Isolation isolation_;
  std::unique_ptr<schemas::DatabaseProvisioner> provisioner_;
  std::unique_ptr<store::SpaceStore> store_;
};

std::unique_ptr<World> make_database_world();

}  // namespace tenure::contract
