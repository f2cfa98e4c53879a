#include "schemas/drift/drift.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "schemas/provision/provisioner.h"
#include "tests/postgres/schemas/product.h"

// D8: schemas are grouped by what they hold and compared with the reference, object by object; schemas that came or
// went behind Tenure's back are named.
namespace tenure::schemas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DriftTest : public testing::Test {
 protected:
  DriftTest() {
    product_.write_usual_migrations();
    product_.migrate();
    Provisioner provisioner(product_.database().settings(), {.model = estate::IsolationModel::schema});
    for (const auto* name : {"a", "b", "c", "d"}) {
      provisioner.provision({.tenant = TenantId::random(), .tenant_name = name, .typed = name}, {});
    }
  }
  DriftReport drift(const std::string& only = "") const {
    return find_drift(product_.database().settings(), {"public"}, only);
  }
  static std::vector<std::string> texts(const std::vector<Difference>& differences) {
    std::vector<std::string> all;
    for (const auto& one : differences) all.push_back(fmt::format("{} {} {}", to_string(one.what), one.kind, one.name));
    return all;
  }

  const Product product_;
};

TEST_F(DriftTest, SchemasLikeTheReferenceAreOneGroupAndNoDrift) {
  const auto report = drift();
  EXPECT_FALSE(report.has_drift());
  EXPECT_EQ(report.schemas, 4);
  ASSERT_EQ(report.groups.size(), 1U);
  EXPECT_THAT(report.groups.front().schemas, ElementsAre("tenant_a", "tenant_b", "tenant_c", "tenant_d"));
}

TEST_F(DriftTest, EachObjectThatDiffersIsNamedOnceForAllSchemasThatDifferAlike) {
  for (const auto* schema : {"tenant_b", "tenant_d"}) {
    product_.run(
        fmt::format("ALTER TABLE {0}.orders DROP COLUMN note; ALTER TABLE {0}.customers ALTER COLUMN name DROP NOT "
                    "NULL; CREATE INDEX extra ON {0}.customers (name)",
                    schema));
  }
  const auto report = drift();
  EXPECT_TRUE(report.has_drift());
  ASSERT_EQ(report.groups.size(), 2U);
  EXPECT_THAT(report.groups[0].schemas, ElementsAre("tenant_a", "tenant_c"));
  EXPECT_THAT(report.groups[1].schemas, ElementsAre("tenant_b", "tenant_d"));
  EXPECT_THAT(texts(report.groups[1].differences),
              ElementsAre("different column customers.name", "missing column orders.note", "added index extra"));
  EXPECT_EQ(report.groups[1].differences[0].reference, "2 text not null");
  EXPECT_EQ(report.groups[1].differences[0].here, "2 text");
}

TEST_F(DriftTest, SchemasThatCameOrWentBehindTenuresBackAreNamed) {
  product_.run("DROP SCHEMA tenant_b CASCADE; CREATE SCHEMA stray; CREATE SCHEMA tenant_e");
  const auto report = drift();
  EXPECT_TRUE(report.has_drift());
  EXPECT_THAT(report.removed, ElementsAre("tenant_b"));
  EXPECT_THAT(report.created, ElementsAre("stray", "tenant_e"));
}

TEST_F(DriftTest, ASchemaWhoseTablesAreAllGoneLacksEachOfThem) {
  product_.run("DROP TABLE tenant_a.orders, tenant_a.customers");
  const auto report = drift("tenant_a");
  ASSERT_EQ(report.groups.size(), 1U);
  EXPECT_THAT(texts(report.groups[0].differences),
              testing::IsSupersetOf({"missing table customers", "missing table orders"}));
}

TEST_F(DriftTest, ASchemaThatIsBehindIsNoDrift) {
  product_.write("tenant/0004_more.sql", "alter table orders add column more int;");
  product_.migrate({.schema = "tenant_reference"});
  product_.migrate({.schema = "tenant_c"});
  const auto report = drift();
  EXPECT_FALSE(report.has_drift());
  ASSERT_EQ(report.groups.size(), 2U);
  EXPECT_THAT(report.groups[0].schemas, ElementsAre("tenant_c"));
  EXPECT_TRUE(report.groups[1].is_behind);
  EXPECT_THAT(texts(report.groups[1].differences), ElementsAre("missing column orders.more"));
}

// That is when several sessions share the work.
TEST_F(DriftTest, OfHundredsOfSchemasEveryOneIsCompared) {
  product_.run(R"(
    DO $$ BEGIN FOR number IN 1000..1296 LOOP
      EXECUTE format('CREATE SCHEMA tenant_%1$s CREATE TABLE customers (number int CHECK (number <> %2$s))', number,
                     CASE WHEN number IN (1000, 1150, 1296) THEN 2 ELSE 1 END);
    END LOOP; END $$;
    INSERT INTO tenure.schemas (kind, name, tenant_id, version, history)
    SELECT 'tenant', 'tenant_' || number, gen_random_uuid(), r.version, r.history
    FROM generate_series(1000, 1296) number, tenure.schemas r WHERE r.kind = 'reference')");
  const auto report = drift();
  EXPECT_EQ(report.schemas, 301);
  ASSERT_EQ(report.groups.size(), 3U);
  EXPECT_EQ(report.groups[0].schemas.size(), 4U) << "those like the reference";
  EXPECT_EQ(report.groups[1].schemas.size(), 294U);
  EXPECT_THAT(report.groups[2].schemas, ElementsAre("tenant_1000", "tenant_1150", "tenant_1296"));
}

TEST_F(DriftTest, AnUnknownSchemaAndAMissingReferenceAreErrors) {
  EXPECT_THROW(drift("tenant_z"), Error);
  const Product empty;
  EXPECT_THROW(find_drift(empty.database().settings(), {"public"}, ""), Error);
}

}  // namespace
}  // namespace tenure::schemas
