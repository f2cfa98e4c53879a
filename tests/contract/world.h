#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "store/tenant_data_store.h"
#include "tests/support/test_vault.h"

namespace tenure::contract {

/// Long enough for any call that ends by itself.
inline Call soon() { return Call::within(Milliseconds(60'000)); }

/// Holds something up for as long as it lives.
using Obstacle = std::shared_ptr<void>;

/// A store, the data in it, and a way to see that data which does not go through the store.
class World {
 public:
  virtual ~World() = default;

  virtual store::TenantDataStore& data_store() = 0;
  /// Gives the tenant rows in every table. Returns what an erasure must delete, every table of it.
  virtual store::Counts fill(const TenantId& tenant) = 0;
  /// One more row of the tenant's, as somebody else would write it. Returns its table.
  virtual std::string add_row(const TenantId& tenant) = 0;
  virtual std::int64_t rows_of(const TenantId& tenant) const = 0;
  /// Over everything there is, the rows apart that an erasure of `tenant` may delete.
  virtual std::string digest_without(const std::optional<TenantId>& tenant) const = 0;
  /// A data key for the archive of a job, as the store's estate wraps it.
  virtual archive::WrappedKey key_for(const JobId& job) const { return vault_.key_for(job); }

 protected:
  const archive::Vault& vault() const { return vault_.vault(); }

 private:
  const test::TestVault vault_;
};

/// A world in which an erasure can be made to wait in its middle.
class BlockableWorld : public World {
 public:
  virtual Obstacle block() = 0;
};

/// One store that the suite is run against.
template <class SomeWorld>
struct Kind {
  const char* name;
  std::unique_ptr<SomeWorld> (*make)();
};

template <class SomeWorld>
std::ostream& operator<<(std::ostream& out, const Kind<SomeWorld>& kind) {
  return out << kind.name;
}

inline constexpr auto kNameOfKind = [](const auto& test) { return std::string(test.param.name); };

std::unique_ptr<World> make_memory_world();
std::unique_ptr<World> make_files_world();

}  // namespace tenure::contract
