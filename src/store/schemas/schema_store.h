#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/archive.h"
#include "estate/estate.h"
#include "pg/pool.h"
#include "store/postgres/postgres_store.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

struct SchemaStoreSettings {
  std::string service;  ///< its name in the estate
  pg::ConnectionSettings connection;
  estate::Database rules;
  std::optional<archive::Vault> vault = std::nullopt;
  std::size_t connections = 4;  ///< at most this many sessions at once
};

/// The deletion contract where each tenant has a schema of its own (spec D1): the schema goes as a whole, structure and
/// rows into the archive, and comes back as it was, with what its migrations had made of it. Rows that the tenant has
/// in the tables that all tenants share go by `shared`, first, and are called "public.plans" in counts.
///
/// What a user has in the schemas of tenants is not found: an order to erase a user is refused, unless the estate says
/// that there is nothing.
class SchemaStore final : public TenantDataStore {
 public:
  SchemaStore(SchemaStoreSettings settings, std::unique_ptr<PostgresStore> shared);

  Preview preview(const Subject& subject, const Call& call) override;
  Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return settings_.vault.has_value(); }
  Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) override;

  /// How the archive of the shared tables' rows is called.
  static std::string shared_name(const std::string& service) { return service + "-shared"; }

 private:
  std::string shared_label(const std::string& label) const;
  Counts shared_labels(const Counts& counts) const;
  const TenantId& tenant_of(const Subject& subject) const;
  std::unique_ptr<RowArchive> make_archive(const EraseRequest& request) const;
  void require_erasable(pg::Connection& connection, const TenantId& tenant, bool is_archived) const;
  void finish_erasure(pg::Connection& connection, const RestoreRequest& request, const Call& call);

  const SchemaStoreSettings settings_;
  const std::unique_ptr<PostgresStore> shared_;
  pg::Pool pool_;
};

}  // namespace tenure::store
