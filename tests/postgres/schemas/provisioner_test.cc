#include "schemas/provision/provisioner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "base/error.h"
#include "schemas/structure/fingerprint.h"
#include "tests/postgres/schemas/product.h"

// D1, issue 5: a tenant's schema is made like the reference in one transaction with its record; a schema from the pool
// is renamed.
namespace tenure::schemas {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ProvisionerTest : public testing::Test {
 protected:
  ProvisionerTest() {
    product_.write_usual_migrations();
    product_.migrate();
  }
  Provisioner provisioner(int ready = 0) const {
    return Provisioner(product_.database().settings(), {.model = estate::IsolationModel::schema, .ready = ready});
  }
  static NewSchema named(const std::string& typed) {
    return {.tenant = TenantId::random(), .tenant_name = typed, .typed = typed};
  }
  std::string error_of(const NewSchema& wanted) const {
    try {
      return "no error: " + provisioner().provision(wanted, {}).schema.name;
    } catch (const Error& error) {
      return error.what();
    }
  }
  std::string namespaces() const {
    return product_.value("SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname LIKE 't%'");
  }

  const Product product_;
};

TEST_F(ProvisionerTest, ATenantsSchemaIsLikeTheReferenceAndKnowsItsMigrations) {
  const auto wanted = named("acme");
  const auto made = provisioner().provision(wanted, {});
  EXPECT_TRUE(made.is_new);
  EXPECT_EQ(made.schema.name, "tenant_acme");
  auto connection = product_.database().connect();
  auto prints = fingerprints_of(connection, {"tenant_acme", "tenant_reference"});
  EXPECT_EQ(prints["tenant_acme"], prints["tenant_reference"]);
  EXPECT_EQ(product_.version("tenant_acme"), "3");
  EXPECT_EQ(
      product_.value("SELECT string_agg(how, ' ') FROM tenure.schema_migrations m JOIN tenure.schemas s ON s.id = "
                     "m.schema_id WHERE s.name = 'tenant_acme'"),
      "recorded recorded recorded");
  EXPECT_TRUE(product_.plan().is_empty()) << "nothing is to be migrated";
  EXPECT_EQ(product_.value("SELECT obj_description('tenant_acme'::regnamespace)"),
            "tenure: tenant " + wanted.tenant.str());
}

TEST_F(ProvisionerTest, ATenantHasOneSchemaHoweverOftenAndByHowManyItIsAskedFor) {
  const auto wanted = named("acme");
  std::vector<std::future<Provisioned>> running;
  running.reserve(4);
  for (int at = 0; at < 4; ++at) {
    running.push_back(std::async(std::launch::async, [&] { return provisioner().provision(wanted, {}); }));
  }
  int made = 0;
  for (auto& one : running) made += one.get().is_new ? 1 : 0;
  EXPECT_EQ(made, 1);
  EXPECT_EQ(namespaces(), "tenant_acme tenant_reference tenure");
}

TEST_F(ProvisionerTest, WhateverIsTypedBecomesASchemaOfItsOwn) {
  const std::vector<std::string> typed{
      "Acme",   "acme",     "ACME",       "select",     "42", "a\"; DROP SCHEMA public; --",
      "müller", "株式会社", "O'Brien \\", "tenant_acme"};
  std::set<std::string> names;
  for (const auto& text : typed) names.insert(provisioner().provision(named(text), {}).schema.name);
  EXPECT_EQ(names.size(), typed.size());
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tenant\\_%'"),
            std::to_string(typed.size() + 1));
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_class WHERE relname = 'customers' AND relkind = 'r'"),
            std::to_string(typed.size() + 1));
}

TEST_F(ProvisionerTest, ASecondTenantOfANameIsToldApart) {
  const auto first = provisioner().provision(named("acme"), {});
  const auto second = provisioner().provision(named("acme"), {});
  EXPECT_THAT(second.schema.name, testing::MatchesRegex("tenant_acme_[0-9a-f]{8}"));
  EXPECT_NE(first.schema.name, second.schema.name);
}

TEST_F(ProvisionerTest, WhatCannotBeANameIsRefusedAndLeavesNothing) {
  const auto before = namespaces();
  EXPECT_THAT(error_of(named("reference")), HasSubstr("name: tenant_reference is reserved"));
  EXPECT_THAT(error_of(named(std::string(80, 'a'))), HasSubstr("name: is too long"));
  EXPECT_THAT(error_of(named("")), HasSubstr("name: is empty"));
  product_.run("CREATE SCHEMA tenant_here");
  EXPECT_THAT(error_of(named("here")), HasSubstr("tenant_here is in the database, and the registry does not know it"));
  product_.run("DROP SCHEMA tenant_here");
  EXPECT_EQ(namespaces(), before);
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.schemas WHERE kind = 'tenant'"), "0");
}

TEST_F(ProvisionerTest, WithoutAReferenceThereIsNothingToMakeItLike) {
  const Product empty;
  Provisioner provisioner(empty.database().settings(), {.model = estate::IsolationModel::schema});
  try {
    provisioner.provision(named("acme"), {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.what(), HasSubstr("`tenure migrate`"));
  }
}

TEST_F(ProvisionerTest, ASchemaThatWaitsIsRenamedAndMigratedLikeAnyOther) {
  auto provisioner = this->provisioner(2);
  EXPECT_EQ(provisioner.fill_pool({}), 2);
  EXPECT_EQ(provisioner.fill_pool({}), 0) << "it is full";
  product_.write("tenant/0004_more.sql", "alter table customers add column more int;");
  EXPECT_EQ(product_.migrate().outcome, RunOutcome::completed);
  EXPECT_EQ(provisioner.fill_pool({}), 0) << "those that wait were brought forward too";
  const auto made = provisioner.provision(named("acme"), {});
  EXPECT_TRUE(made.was_ready);
  EXPECT_EQ(made.schema.name, "tenant_acme");
  EXPECT_EQ(product_.version("tenant_acme"), "4");
  auto connection = product_.database().connect();
  auto prints = fingerprints_of(connection, {"tenant_acme", "tenant_reference"});
  EXPECT_EQ(prints["tenant_acme"], prints["tenant_reference"]);
  EXPECT_EQ(provisioner.fill_pool({}), 1);
  EXPECT_THAT(product_.value("SELECT min(name) FROM tenure.schemas WHERE kind = 'ready'"), StartsWith("tenure_ready_"));
}

TEST_F(ProvisionerTest, NothingWaitsWhereAFunctionNamesItsSchema) {
  product_.write("tenant/0004_pinned.sql",
                 "create function here() returns text language plpgsql set search_path = tenant_reference as "
                 "'begin return current_schema(); end';");
  product_.migrate();
  EXPECT_EQ(provisioner(2).fill_pool({}), 0);
  EXPECT_EQ(provisioner(2).provision(named("acme"), {}).schema.name, "tenant_acme");
  EXPECT_EQ(product_.value("SELECT tenant_acme.here()"), "tenant_acme");
}

TEST_F(ProvisionerTest, ItsSessionIsKeptForTheNextCallAndAnotherOpenedWhenTheServerHasClosedIt) {
  Provisioner kept(product_.database().settings().with("application_name", "kept"),
                   {.model = estate::IsolationModel::schema});
  const auto sessions = [&] {
    return product_.value("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name = 'kept'");
  };
  kept.provision(named("a"), {});
  const auto first = sessions();
  kept.provision(named("b"), {});
  EXPECT_EQ(sessions(), first);
  product_.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'kept'");
  EXPECT_TRUE(kept.provision(named("c"), {}).is_new);
}

TEST_F(ProvisionerTest, TheSuperTenantHasTheSchemaOfItsName) {
  auto wanted = named("whatever");
  wanted.is_super = true;
  EXPECT_EQ(provisioner().provision(wanted, {}).schema.name, "super_tenant");
  EXPECT_FALSE(provisioner().provision(wanted, {}).is_new);
  auto another = named("another");
  another.is_super = true;
  EXPECT_THAT(error_of(another), HasSubstr("somebody else"));
}

TEST_F(ProvisionerTest, WhatIsTakenBackIsGoneWithItsRecord) {
  const auto wanted = named("acme");
  const auto before = namespaces();
  provisioner().provision(wanted, {});
  provisioner().take_back(wanted.tenant, {});
  provisioner().take_back(wanted.tenant, {});
  EXPECT_EQ(namespaces(), before);
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.schemas WHERE kind = 'tenant'"), "0");
}

TEST_F(ProvisionerTest, WhatATenantHasWrittenToIsNotTakenBack) {
  const auto wanted = named("acme");
  provisioner().provision(wanted, {});
  product_.run("INSERT INTO tenant_acme.customers VALUES (1, 'Ann')");
  provisioner().take_back(wanted.tenant, {});
  EXPECT_EQ(product_.value("SELECT name FROM tenant_acme.customers"), "Ann");
}

}  // namespace
}  // namespace tenure::schemas
