#include <gmock/gmock.h>

#include "tests/e2e/schema_product.h"

// D1, D2: a tenant of a product with a schema a tenant is made, erased and brought back by the same commands as in any
// other, beside services with rows of all tenants; the super tenant is there before all others.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class SchemaTenant : public SchemaProduct {};

TEST_F(SchemaTenant, IsMadeWithItsSchemaAndErasedAndBroughtBack) {
  migrate();
  erase_and_bring_back();
  EXPECT_EQ(run({"migrate", "--check"}).status, 0) << "its migrations are known again";
  EXPECT_EQ(run({"schema", "diff"}).status, 0) << run({"schema", "diff"}).output;
}

TEST_F(SchemaTenant, IsNotMadeWhereItsSchemaCannotBe) {
  migrate();
  const auto ana = person("ana");
  app_.run("CREATE SCHEMA tenant_acme");
  const auto finished = run({"tenant", "create", "acme", "--owner", ana});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("tenant_acme is in the database, and the registry does not know it"));
  EXPECT_EQ(app_.value("SELECT count(*) FROM tenancy.tenants WHERE slug = 'acme'"), "0");
  app_.run("DROP SCHEMA tenant_acme");
  EXPECT_EQ(place_of(tenant("acme", ana)), "tenant_acme");
}

TEST_F(SchemaTenant, OfTheNameOfAWordOfSqlAndOfAnotherScriptAndCase) {
  migrate();
  const auto ana = person("ana");
  for (const auto* name : {"select", "SELECT", "Café \"Müller\"", "株式会社", "42"}) {
    const auto schema = place_of(tenant(name, ana));
    EXPECT_TRUE(has_place(schema)) << name;
  }
  EXPECT_EQ(app_.value("SELECT count(DISTINCT name) FROM tenure.schemas WHERE kind = 'tenant'"), "5");
}

TEST_F(SchemaTenant, ASchemaThatWaitsIsItsOwn) {
  migrate();
  EXPECT_EQ(run_json({"schema", "fill"}).at("made").at("app"), 1);
  const auto mine = tenant("acme", person("ana"));
  EXPECT_EQ(place_of(mine), "tenant_acme");
  EXPECT_EQ(app_.value("SELECT count(*) FROM tenure.schemas WHERE kind = 'ready'"), "0");
}

TEST_F(SchemaTenant, TheSuperTenantIsTheSecondStepOfAMigrationAndMadeOnce) {
  migrate();
  EXPECT_TRUE(has_place("super_tenant"));
  EXPECT_EQ(app_.value("SELECT name FROM tenancy.tenants"), "Super tenant");
  const auto again = run_json({"tenant", "create-super"});
  EXPECT_EQ(again.at("created"), false);
  write("migrations/tenant/0002_more.sql", "alter table orders add column more int;");
  migrate();
  EXPECT_EQ(app_.value("SELECT version FROM tenure.schemas WHERE name = 'super_tenant'"), "2");
}

TEST_F(SchemaTenant, TheSuperTenantIsWhatFlagsThenTheEnvironmentsThenGeneralVariablesSay) {
  ASSERT_EQ(run({"migrate", "--shared"}).status, 0);
  ASSERT_EQ(run({"migrate", "--tenant"}).status, 0);
  EXPECT_FALSE(has_place("super_tenant"));
  const Environment environment{{"SUPER_TENANT_NAME", "general"},
                                {"UAT_SUPER_TENANT_NAME", "of uat"},
                                {"SUPER_TENANT_OWNER_EMAIL", "general@example.org"},
                                {"UAT_SUPER_TENANT_OWNER_EMAIL", "uat@example.org"},
                                {"SUPER_TENANT_OWNER_PASSWORD", "correct horse battery"}};
  const auto made =
      run_json({"tenant", "create-super", "--environment", "uat", "--email", "flag@example.org"}, environment);
  EXPECT_EQ(made.at("created"), true);
  EXPECT_EQ(made.at("name"), "of uat");
  EXPECT_EQ(control_.value("SELECT email FROM identity.users"), "flag@example.org");
  EXPECT_EQ(control_.value("SELECT password_hash LIKE '$argon2id$%' FROM identity.users"), "t");
  EXPECT_TRUE(has_place("super_tenant"));
}

TEST_F(SchemaTenant, ABackupIsProvenAndPutsTheSchemaBack) {
  migrate();
  const auto mine = tenant("acme", person("ana"));
  fill(mine);
  const auto rows = rows_of("tenant_acme");
  const auto backup = file("acme.backup");
  EXPECT_EQ(run_json({"schema", "backup", mine, backup}).at("rows"), 5);
  EXPECT_EQ(run_json({"schema", "prove", backup}).at("outcome"), "proven");
  app_.run("DELETE FROM tenant_acme.items; ALTER TABLE tenant_acme.orders DROP COLUMN note");
  const auto refused = run({"schema", "restore", backup});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("--replace"));
  EXPECT_EQ(run_json({"schema", "restore", backup, "--replace"}).at("outcome"), "restored");
  EXPECT_EQ(rows_of("tenant_acme"), rows);
  EXPECT_EQ(run({"schema", "diff"}).status, 0) << run({"schema", "diff"}).output;
}

TEST_F(SchemaTenant, DriftIsShownObjectByObject) {
  migrate();
  const auto ana = person("ana");
  tenant("acme", ana);
  tenant("other", ana);
  EXPECT_EQ(run({"schema", "diff"}).status, 0);
  app_.run(
      "ALTER TABLE tenant_acme.orders ADD COLUMN odd int; DROP TABLE tenant_acme.items; CREATE SCHEMA stray; "
      "DROP SCHEMA tenant_other CASCADE");
  const auto finished = run({"schema", "diff"});
  EXPECT_EQ(finished.status, 1);
  for (const auto* line : {"added     column orders.odd", "missing   table items",
                           "in the registry, and not in the database: "
                           "tenant_other",
                           "in the database, and not in the registry: stray"}) {
    EXPECT_THAT(finished.output, HasSubstr(line));
  }
}

}  // namespace
}  // namespace tenure::e2e
