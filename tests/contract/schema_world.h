#pragma once

#include <map>
#include <memory>
#include <string>

#include "schemas/provision/provisioner.h"
#include "store/spaces/space_store.h"
#include "tests/contract/world.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::contract {

/// A product with a schema a tenant: three tables in each, a view, a materialised view, a trigger and two sequences;
/// and one table that all tenants share.
class SchemaWorld final : public World {
 public:
  SchemaWorld();

  store::TenantDataStore& data_store() override { return *store_; }
  store::Counts fill(const TenantId& tenant) override;
  std::string add_row(const TenantId& tenant) override;
  std::int64_t rows_of(const TenantId& tenant) const override;
  /// Structure, rows, sequences and records.
  std::string digest_without(const std::optional<TenantId>& tenant) const override;

  const test::TestDatabase& database() const { return db_; }
  schemas::Provisioner& provisioner() { return *provisioner_; }

 private:
  std::string schema_of(const TenantId& tenant) const;

  const test::TestDatabase db_;
  const test::TemporaryFolder migrations_;
  std::unique_ptr<schemas::Provisioner> provisioner_;
  std::unique_ptr<store::SpaceStore> store_;
};

std::unique_ptr<World> make_schema_world();

}  // namespace tenure::contract
