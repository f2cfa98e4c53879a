#pragma once

#include <cstddef>
#include <utility>

#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// A schema a tenant, in the service's own database: it goes and comes back in the transaction that leaves the receipt.
class SchemaSpaces final : public TenantSpaces {
 public:
  /// At most `connections` sessions at once.
  explicit SchemaSpaces(pg::ConnectionSettings service, std::size_t connections = 4)
      : pool_(std::move(service), connections) {}

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
};

}  // namespace tenure::store
