#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// A database a tenant, on the server of the service's own. What happens to a database cannot be in one transaction
/// with the receipt of it: the service's registry says first what is meant to happen, each step can be repeated, and
/// which of them come next is decided by looking at the server.
class DatabaseSpaces final : public TenantSpaces {
 public:
  /// `reference`: the database that new ones are made like. At most `connections` sessions at once with the service's
  /// own; with each tenant's as many as its orders need, which are not kept.
  DatabaseSpaces(pg::ConnectionSettings service, std::string reference, std::size_t connections = 4)
      : pool_(std::move(service), connections), reference_(std::move(reference)) {}

  pg::Pool& service() override { return pool_; }
  SpaceContents contents(const TenantId& tenant, const Call& call) override;
  void require_erasable(const TenantId& tenant, bool is_archived, const Call& call) override;
  Erasure erase(const SpaceOrder& order, const Call& call) override;
  bool is_half_erased(const TenantId& tenant, const Call& call) override;
  Counts marked(const TenantId& tenant, const Call& call) override;
  Restoration restore(const RestoreRequest& request, const archive::Vault& vault, const archive::Label& label,
                      const Call& call, const ProgressSink& progress) override;

 private:
  pg::Pool pool_;
  const std::string reference_;
};

/// Nothing in each table of the reference; no tables where there is no reference, or it admits nobody.
Counts no_rows_like(pg::Connection& service, const pg::ConnectionSettings& settings, const std::string& reference,
                    const Call& call);

}  // namespace tenure::store
