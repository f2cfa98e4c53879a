// D14: an operator sees each tenant's schema with its version, its tables and its size.
#include "schemas/schema_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "tests/postgres/schemas/product.h"
#include "tests/support/error_of.h"

namespace tenure::schemas {
namespace {

class SchemaListTest : public ::testing::Test {
 protected:
  SchemaPage list(int limit = 100, const std::optional<std::string>& after = std::nullopt) const {
    auto connection = product_.database().connect();
    return list_schemas(connection, limit, after);
  }
  std::map<std::string, ListedSchema> by_name() const {
    std::map<std::string, ListedSchema> found;
    for (auto& schema : list().schemas) found.emplace(schema.name, schema);
    return found;
  }

  Product product_;
};

TEST_F(SchemaListTest, IsEmptyBeforeTheFirstMigration) { EXPECT_TRUE(list().schemas.empty()); }

TEST_F(SchemaListTest, SaysVersionTablesAndSizeOfEach) {
  product_.write_usual_migrations();
  product_.migrate();
  product_.add_tenant("tenant_one");
  product_.migrate();
  product_.add_tenant("tenant_late");
  const auto seen = by_name();
  const auto& one = seen.at("tenant_one");
  EXPECT_EQ(one.kind, "tenant");
  EXPECT_EQ(one.state, "live");
  EXPECT_TRUE(one.tenant);
  EXPECT_EQ(one.version, 3);
  EXPECT_EQ(one.tables, 2);
  EXPECT_GT(one.bytes, 0);
  EXPECT_TRUE(one.migrated_at);
  EXPECT_TRUE(one.is_there);
  EXPECT_EQ(seen.at("tenant_late").version, 0);
  EXPECT_EQ(seen.at("tenant_late").tables, 0);
  EXPECT_EQ(seen.at("tenant_reference").kind, "reference");
  const auto before = one.bytes;
  product_.run(
      "insert into tenant_one.customers (id, name) select n, repeat('x', 1000) from generate_series(1, 1000) as n");
  EXPECT_GT(by_name().at("tenant_one").bytes, before);
}

TEST_F(SchemaListTest, SaysWhichIsGone) {
  product_.write_usual_migrations();
  product_.add_tenant("tenant_one");
  product_.migrate();
  product_.run("drop schema tenant_one cascade");
  EXPECT_FALSE(by_name().at("tenant_one").is_there);
}

TEST_F(SchemaListTest, ComesInPagesByName) {
  product_.write_usual_migrations();
  product_.add_tenants(5);
  product_.migrate();
  std::vector<std::string> names;
  std::optional<std::string> after;
  do {
    const auto page = list(2, after);
    for (const auto& schema : page.schemas) names.push_back(schema.name);
    after = page.next;
  } while (!after->empty());
  EXPECT_EQ(names.size(), list().schemas.size());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(test::error_of([&] { list(0); }).code(), ErrorCode::invalid_argument);
}

TEST_F(SchemaListTest, FindsTheOneOfATenant) {
  product_.write_usual_migrations();
  product_.migrate();
  product_.add_tenants(2);
  const auto tenant = TenantId::parse(product_.value("SELECT tenant_id FROM tenure.schemas WHERE name = 'tenant_02'"));
  auto connection = product_.database().connect();
  const auto found = find_listed_schema(connection, tenant);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "tenant_02");
  EXPECT_FALSE(find_listed_schema(connection, TenantId::random()));
}

}  // namespace
}  // namespace tenure::schemas
