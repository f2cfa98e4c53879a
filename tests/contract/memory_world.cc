#include <sstream>

#include "tests/contract/world.h"
#include "tests/support/in_memory_store.h"

namespace tenure::contract {
namespace {

/// The store that a C++ service would embed, with its rows in a map.
class MemoryWorld final : public World {
 public:
  store::TenantDataStore& data_store() override { return store_; }

  store::Counts fill(const TenantId& tenant) override {
    const store::Counts rows{{"articles", 3}, {"comments", 7}};
    for (const auto& [table, count] : rows) store_.put(table, tenant, count);
    return rows;
  }

  std::string add_row(const TenantId& tenant) override {
    const auto rows = store_.rows();
    const auto found = rows.at("comments").find(tenant);
    store_.put("comments", tenant, found == rows.at("comments").end() ? 1 : found->second + 1);
    return "comments";
  }

  std::int64_t rows_of(const TenantId& tenant) const override {
    std::int64_t total = 0;
    for (const auto& [table, subjects] : store_.rows()) {
      if (const auto found = subjects.find(tenant); found != subjects.end()) total += found->second;
    }
    return total;
  }

  std::string digest_without(const std::optional<TenantId>& tenant) const override {
    std::ostringstream text;
    for (const auto& [table, subjects] : store_.rows()) {
      for (const auto& [subject, count] : subjects) {
        if (count > 0 && !(tenant && subject == Subject(*tenant))) text << table << id_of(subject) << count << ";";
      }
    }
    return text.str();
  }

 private:
  test::InMemoryStore store_{test::InMemoryStore::Archive::in_memory};
};

}  // namespace

std::unique_ptr<World> make_memory_world() { return std::make_unique<MemoryWorld>(); }

}  // namespace tenure::contract
