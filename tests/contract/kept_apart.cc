#include "tests/contract/kept_apart.h"

namespace tenure::contract {

std::unique_ptr<store::SpaceStore> store_kept_apart(const pg::ConnectionSettings& settings,
                                                    const estate::Isolation& isolation,
                                                    std::unique_ptr<store::TenantSpaces> spaces,
                                                    const archive::Vault& vault) {
  const auto estate = estate::parse_estate(
      "estate: shop\nservices:\n  shop:\n    database: postgresql://unused\n    tables: {plans: {keep: \"for "
      "sale\"}}\n",
      "estate.yaml", [](std::string_view) { return std::nullopt; }, estate::DatabaseSource::urls);
  auto rules = std::get<estate::Database>(estate.services.front().source);
  rules.isolation = isolation;
  return std::make_unique<store::SpaceStore>(
      store::SpaceStoreSettings{.service = "shop", .rules = rules, .vault = vault}, std::move(spaces),
      std::make_unique<store::PostgresStore>(
          store::PostgresStoreSettings{.service = store::SpaceStore::shared_name("shop"),
                                       .connection = settings,
                                       .rules = rules,
                                       .tenant_column = estate.tenant_column,
                                       .last_tables = {},
                                       .pseudonym_key = {},
                                       .vault = vault,
                                       .only_schemas = rules.schemas}));
}

}  // namespace tenure::contract
