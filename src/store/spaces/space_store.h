#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/archive.h"
#include "estate/estate.h"
#include "store/postgres/postgres_store.h"
#include "store/spaces/tenant_spaces.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

struct SpaceStoreSettings {
  std::string service;  ///< its name in the estate
  estate::Database rules;
  std::optional<archive::Vault> vault = std::nullopt;
};

/// The deletion contract where each tenant has a schema or a database of its own (spec D1): it goes as a whole,
/// structure and rows into the archive, and comes back as it was, with what its migrations had made of it. Rows that
/// the tenant has in the tables that all tenants share go by `shared`, first, and are called "public.plans" in counts.
///
/// What a user has in the tenants' own tables is not found: an order to erase a user is refused, unless the estate says
/// that there is nothing.
class SpaceStore final : public TenantDataStore {
 public:
  SpaceStore(SpaceStoreSettings settings, std::unique_ptr<TenantSpaces> spaces, std::unique_ptr<PostgresStore> shared);

  Preview preview(const Subject& subject, const Call& call) override;
  Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return settings_.vault.has_value(); }
  Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) override;

  /// How the archive of the shared tables' rows is called.
  static std::string shared_name(const std::string& service) { return service + "-shared"; }

 private:
  std::string shared_label(const std::string& label) const;
  template <class What>
  std::map<std::string, What> shared_labels(const std::map<std::string, What>& by_table) const;
  const TenantId& tenant_of(const Subject& subject) const;
  std::unique_ptr<RowArchive> make_archive(const EraseRequest& request) const;
  void install(const Call& call);
  void finish_erasure(const RestoreRequest& request, const Call& call);

  const SpaceStoreSettings settings_;
  const std::unique_ptr<TenantSpaces> spaces_;
  const std::unique_ptr<PostgresStore> shared_;
};

}  // namespace tenure::store
