#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "base/error.h"
#include "schemas/databases/tenant_databases.h"
#include "schemas/databases/tenant_turn.h"
#include "tests/contract/database_world.h"
#include "tests/support/error_of.h"

// D1: a tenant's database is made whole or not at all, whoever is killed or refused in between.
namespace tenure::contract {
namespace {

using schemas::NewSchema;
using schemas::Provisioned;
using test::error_of;
using testing::HasSubstr;

class DatabaseProvisionerTest : public testing::Test {
 protected:
  static NewSchema named(const std::string& typed) {
    return {.tenant = TenantId::random(), .tenant_name = typed, .typed = typed};
  }
  std::string prefixed(const std::string& name) const { return world_.database().name() + "_" + name; }
  Provisioned provision(const NewSchema& wanted) { return world_.provisioner().provision(wanted, soon()); }
  std::string records() const {
    return world_.database().value(
        "SELECT coalesce(string_agg(concat(name, ' ', state), ', ' ORDER BY name), 'none') "
        "FROM tenure.schemas");
  }
  /// As the service's role, which is no superuser.
  schemas::DatabaseProvisioner provisioner_of(const std::string& role) const {
    world_.database().run(
        fmt::format("DO 'BEGIN CREATE ROLE {0} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END'; GRANT CREATE ON "
                    "DATABASE {1} TO {0}",
                    role, world_.database().name()));
    return schemas::DatabaseProvisioner(world_.database().settings().with("user", role),
                                        {.model = estate::IsolationModel::database,
                                         .prefix = prefixed(""),
                                         .reference = world_.reference(),
                                         .has_no_users = true});
  }
  /// What a process leaves that was killed while it made a database for `tenant`.
  void leave_half_made(const TenantId& tenant, const std::string& name, bool has_database) {
    auto connection = world_.database().connect();
    schemas::install_registry(connection);
    world_.database().run(
        fmt::format("INSERT INTO tenure.schemas (kind, name, state, tenant_id) VALUES ('tenant', '{}', 'making', '{}')",
                    prefixed(name), tenant.str()));
    if (!has_database) return;
    world_.database().run(
        fmt::format("CREATE DATABASE {}", schemas::find_tenant_database(connection, tenant)->work_name));
  }

  DatabaseWorld world_;
};

TEST_F(DatabaseProvisionerTest, ATenantsDatabaseIsLikeTheReferenceAndMarked) {
  const auto wanted = named("acme");
  const auto made = provision(wanted);
  EXPECT_TRUE(made.is_new);
  EXPECT_EQ(made.schema.name, prefixed("acme"));
  EXPECT_EQ(world_.value_in(made.schema.name, "SELECT value FROM settings"), "EUR");
  EXPECT_EQ(world_.value_in(made.schema.name, "SELECT count(*) FROM orders"), "0");
  EXPECT_EQ(world_.database().value("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '" +
                                    made.schema.name + "'"),
            fmt::format("tenure: tenant {} of {}", wanted.tenant.str(), world_.database().name()));
  EXPECT_FALSE(provision(wanted).is_new);
}

TEST_F(DatabaseProvisionerTest, ATenantHasOneDatabaseHoweverOftenAndByHowManyItIsAskedFor) {
  const auto wanted = named("acme");
  std::vector<std::future<Provisioned>> running;
  running.reserve(4);
  for (int at = 0; at < 4; ++at) running.push_back(std::async(std::launch::async, [&] { return provision(wanted); }));
  int made = 0;
  for (auto& one : running) made += one.get().is_new ? 1 : 0;
  EXPECT_EQ(made, 1);
  EXPECT_EQ(world_.databases(), prefixed("acme"));
}

TEST_F(DatabaseProvisionerTest, TwoTenantsOfOneNameAreToldApart) {
  EXPECT_EQ(provision(named("acme")).schema.name, prefixed("acme"));
  EXPECT_THAT(provision(named("acme")).schema.name, testing::StartsWith(prefixed("acme") + "_"));
}

TEST_F(DatabaseProvisionerTest, WhatAKilledProcessHasBegunIsClearedAwayByTheNextCall) {
  leave_half_made(TenantId::random(), "gone", true);
  leave_half_made(TenantId::random(), "gone_too", false);
  provision(named("acme"));
  EXPECT_EQ(world_.databases(), prefixed("acme"));
  EXPECT_EQ(records(), prefixed("acme") + " live");
}

TEST_F(DatabaseProvisionerTest, WhatWasBegunForTheSameTenantIsMadeAnew) {
  const auto wanted = named("acme");
  leave_half_made(wanted.tenant, "acme", true);
  EXPECT_TRUE(provision(wanted).is_new);
  EXPECT_EQ(world_.value_in(prefixed("acme"), "SELECT value FROM settings"), "EUR");
  EXPECT_EQ(records(), prefixed("acme") + " live");
}

TEST_F(DatabaseProvisionerTest, WhatIsBeingMadeByAnotherProcessIsLeftAlone) {
  const auto other = TenantId::random();
  leave_half_made(other, "other", true);
  const schemas::TenantTurn turn(world_.database().settings(), other, soon());
  provision(named("acme"));
  EXPECT_EQ(records(), prefixed("acme") + " live, " + prefixed("other") + " making");
}

TEST_F(DatabaseProvisionerTest, ADatabaseOfTheNameThatNobodyKnowsIsLeftAlone) {
  world_.database().run("CREATE DATABASE " + prefixed("acme"));
  const auto error = error_of([&] { provision(named("acme")); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr(prefixed("acme") + " is on the server, and the registry does not know it"));
  EXPECT_EQ(records(), "none");
  EXPECT_EQ(world_.databases(), prefixed("acme"));
}

TEST_F(DatabaseProvisionerTest, AReferenceThatSomebodyIsConnectedToIsSaidAndNothingIsLeft) {
  const auto busy = pg::Connection::open(schemas::in_database(world_.database().settings(), world_.reference()));
  const auto error = error_of([&] { provision(named("acme")); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(error.what(), HasSubstr(world_.reference() + " is in use"));
  EXPECT_EQ(records(), "none");
  EXPECT_EQ(world_.databases(), "none");
}

TEST_F(DatabaseProvisionerTest, ARoleThatMayNotMakeDatabasesIsToldSo) {
  auto provisioner = provisioner_of("no_maker");
  const auto error = error_of([&] { provisioner.provision(named("acme"), soon()); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr("it needs CREATEDB"));
  EXPECT_EQ(records(), "none");
}

TEST_F(DatabaseProvisionerTest, ARoleThatMayAndIsNoSuperuserMakesThemOfATemplate) {
  auto provisioner = provisioner_of("maker");
  world_.database().run(
      fmt::format("ALTER ROLE maker CREATEDB; ALTER DATABASE {} IS_TEMPLATE true", world_.reference()));
  const auto made = provisioner.provision(named("acme"), soon());
  world_.database().run(fmt::format("ALTER DATABASE {} IS_TEMPLATE false", world_.reference()));
  EXPECT_EQ(made.schema.name, prefixed("acme"));
}

TEST_F(DatabaseProvisionerTest, WithoutAReferenceNothingIsMade) {
  schemas::DatabaseProvisioner provisioner(
      world_.database().settings(),
      {.model = estate::IsolationModel::database, .prefix = prefixed(""), .reference = "nowhere"});
  const auto error = error_of([&] { provisioner.provision(named("acme"), soon()); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr("there is no database nowhere"));
  EXPECT_EQ(records(), "none");
}

TEST_F(DatabaseProvisionerTest, AReferenceWhoseCopiesCouldNotComeBackIsRefused) {
  world_.run_in(world_.reference(), "CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int)");
  EXPECT_THAT(error_of([&] { provision(named("acme")); }).what(), HasSubstr("aggregate total"));
  EXPECT_EQ(world_.databases(), "none");
  EXPECT_EQ(records(), "none");
}

TEST_F(DatabaseProvisionerTest, WhatNobodyHasUsedIsTakenBackAndWhatSomebodyHasIsNot) {
  const auto unused = named("unused");
  const auto used = named("used");
  provision(unused);
  provision(used);
  world_.run_in(prefixed("used"), "INSERT INTO customers (name) VALUES ('Ann')");
  world_.provisioner().take_back(unused.tenant, soon());
  world_.provisioner().take_back(used.tenant, soon());
  EXPECT_EQ(world_.databases(), prefixed("used"));
  EXPECT_EQ(records(), prefixed("used") + " live");
}

}  // namespace
}  // namespace tenure::contract
