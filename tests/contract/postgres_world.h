#pragma once

#include <filesystem>
#include <string>

#include "estate/estate.h"
#include "store/postgres/postgres_store.h"
#include "tests/contract/world.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::contract {

/// Who the store connects as.
enum class Role {
  superuser,  ///< may skip triggers, and the estate says so
  plain,      ///< owns its tables and nothing more: triggers fire
};

/// Whether every table with more than one row counts as large.
enum class Chunked { no, yes };

/// A shop's database with one table of every way in which rows belong to a tenant, and files that rows name.
class PostgresWorld final : public BlockableWorld {
 public:
  explicit PostgresWorld(Role role, Chunked chunked = Chunked::no);

  store::TenantDataStore& data_store() override { return store_; }
  store::PostgresStore& postgres_store() { return store_; }
  /// The same with sessions of its own, as another process has them.
  std::unique_ptr<store::PostgresStore> another_store() const;
  const test::TestDatabase& database() const { return db_; }

  store::Counts fill(const TenantId& tenant) override;
  std::string add_row(const TenantId& tenant) override;
  std::int64_t rows_of(const TenantId& tenant) const override;
  std::string digest_without(const std::optional<TenantId>& tenant) const override;
  /// A lock on a table in the middle of the plan.
  Obstacle block() override;

  std::int64_t files_of(const TenantId& tenant) const;
  /// Rows that the shop's own trigger on DELETE has counted.
  std::int64_t deletions_seen_by_trigger() const;

 private:
  void create_schema() const;
  store::PostgresStoreSettings settings() const;

  const Role role_;
  const Chunked chunked_;
  const test::TestDatabase db_;
  const test::TemporaryFolder files_;
  store::PostgresStore store_;
};

std::unique_ptr<World> make_superuser_world();
std::unique_ptr<World> make_plain_role_world();
std::unique_ptr<World> make_chunked_superuser_world();
std::unique_ptr<World> make_chunked_plain_role_world();
std::unique_ptr<BlockableWorld> make_blockable_superuser_world();
std::unique_ptr<BlockableWorld> make_blockable_plain_role_world();

}  // namespace tenure::contract
