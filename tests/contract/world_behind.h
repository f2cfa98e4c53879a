#pragma once

#include "tests/contract/postgres_world.h"

namespace tenure::contract {

/// The data of a PostgreSQL store that is reached by some other store in front of it.
class WorldBehind : public BlockableWorld {
 public:
  store::Counts fill(const TenantId& tenant) override { return behind_.fill(tenant); }
  std::string add_row(const TenantId& tenant) override { return behind_.add_row(tenant); }
  std::int64_t rows_of(const TenantId& tenant) const override { return behind_.rows_of(tenant); }
  std::string digest_without(const std::optional<TenantId>& tenant) const override {
    return behind_.digest_without(tenant);
  }
  Obstacle block() override { return behind_.block(); }
  archive::WrappedKey key_for(const JobId& job) const override { return behind_.key_for(job); }

 protected:
  PostgresWorld& behind() { return behind_; }

 private:
  PostgresWorld behind_{Role::superuser};
};

}  // namespace tenure::contract
