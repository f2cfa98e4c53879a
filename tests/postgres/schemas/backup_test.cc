#include "schemas/backup/backup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "schemas/provision/provisioner.h"
#include "schemas/structure/fingerprint.h"
#include "tests/postgres/schemas/product.h"
#include "tests/support/process.h"

// D7: a tenant's schema is backed up, the backup proven by restoring it beside and comparing, and put back.
namespace tenure::schemas {
namespace {

using testing::HasSubstr;

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    product_.write("tenant/0001_all.sql", R"(
create type mood as enum ('sad', 'ok');
create table parents (id bigint generated always as identity primary key, name text, mood mood, at timestamptz,
  twice numeric generated always as (2 * 21) stored, bytes bytea, tags text[]);
create table children (id serial primary key, parent_id bigint not null references parents);
alter table parents add column favourite int references children;
create table parted (at date) partition by range (at);
create table parted_all partition of parted default;
create materialized view names as select name from parents;
create function refuse() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
create trigger refuse before delete on children execute function refuse();)");
    product_.write("shared/0001_none.sql", "create table shared_one (id int);");
    product_.migrate();
    Provisioner(product_.database().settings(), {.model = estate::IsolationModel::schema})
        .provision({.tenant = TenantId::random(), .tenant_name = "Ann's", .typed = "acme"}, {});
    product_.run(
        "SET search_path = tenant_acme; INSERT INTO parents (name, mood, at, bytes, tags) VALUES (E'a\\tb\\n\\\\.', "
        "'sad', "
        "'infinity', '\\x00ff', '{x,NULL}'), (NULL, NULL, '2026-03-29 02:30+01', '', '{}'), ('\\.', 'ok', now(), NULL, "
        "NULL);"
        "INSERT INTO children (parent_id) VALUES (1), (2); UPDATE parents SET favourite = 2 WHERE id = 1;"
        "INSERT INTO parted VALUES ('2026-01-01'); REFRESH MATERIALIZED VIEW names");
  }

  BackupSummary back_up() const {
    auto connection = product_.database().connect();
    return back_up_schema(connection, "tenant_acme", file());
  }
  std::string restore(bool may_replace) const {
    try {
      auto connection = product_.database().connect();
      restore_schema(connection, file(), may_replace, {});
      return "restored";
    } catch (const Error& error) {
      return error.what();
    }
  }
  std::string state() const {
    auto connection = product_.database().connect();
    std::string text = fingerprints_of(connection, {"tenant_acme"})["tenant_acme"];
    for (const auto* table : {"parents", "children", "parted_all", "names"}) {
      text += " " + product_.database().digest_of(fmt::format("tenant_acme.{}", table));
    }
    text += product_.value("SELECT last_value FROM tenant_acme.parents_id_seq");
    text += product_.value("SELECT last_value FROM tenant_acme.children_id_seq");
    return text + product_.version("tenant_acme");
  }
  std::filesystem::path file() const { return folder_ / "acme.sql"; }
  void change_file(const std::string& what, const std::string& with) const {
    std::stringstream text;
    text << std::ifstream(file()).rdbuf();
    auto changed = text.str();
    const auto at = changed.find(what);
    ASSERT_NE(at, std::string::npos);
    changed.replace(at, what.size(), with);
    std::ofstream(file()) << changed;
  }

  const Product product_;
  const test::TemporaryFolder folder_;
};

TEST_F(BackupTest, EverythingIsBackAsItWas) {
  const auto before = state();
  const auto summary = back_up();
  EXPECT_EQ(summary.tables, 3);
  EXPECT_EQ(summary.rows, 6);
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  product_.run(
      "SET search_path = tenant_acme; DROP TRIGGER refuse ON children; TRUNCATE parents, children CASCADE; DROP "
      "TABLE parted; INSERT INTO parents (name) VALUES ('newer')");
  EXPECT_THAT(restore(false), HasSubstr("--replace"));
  EXPECT_EQ(restore(true), "restored");
  EXPECT_EQ(state(), before);
  EXPECT_TRUE(product_.plan().is_empty());
}

TEST_F(BackupTest, AProofLeavesNothingBehind) {
  back_up();
  const auto schemas = product_.value("SELECT count(*) FROM pg_namespace");
  auto connection = product_.database().connect();
  EXPECT_EQ(prove_backup(connection, file(), {}).rows, 6);
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_namespace"), schemas);
}

TEST_F(BackupTest, ASchemaBesideIsOfNoOthersConcern) {
  back_up();
  const auto before = state();
  auto connection = product_.database().connect();
  restore_beside(connection, file(), "look here", {});
  EXPECT_EQ(product_.value("SELECT count(*) FROM \"look here\".parents"), "3");
  EXPECT_EQ(state(), before);
  EXPECT_THROW(restore_beside(connection, file(), "look here", {}), Error);
  EXPECT_THROW(restore_beside(connection, file(), "tenure", {}), Error);
}

TEST_F(BackupTest, AFileThatWasAlteredOrCutIsRefusedAndChangesNothing) {
  back_up();
  const auto before = state();
  change_file("infinity", "-infinity");
  EXPECT_THAT(restore(true), HasSubstr("is not as it was written"));
  back_up();
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  EXPECT_THAT(restore(true), HasSubstr("ends too early"));
  std::ofstream(file()) << "select 1;\n";
  EXPECT_THAT(restore(true), HasSubstr("is no backup of a schema"));
  std::filesystem::remove(file());
  EXPECT_THAT(restore(true), HasSubstr("is not there"));
  EXPECT_EQ(state(), before);
}

TEST_F(BackupTest, ATenantThatWasErasedMeanwhileStaysErased) {
  back_up();
  product_.run(
      "CREATE TABLE tenure.receipts (subject_kind text, subject_id uuid, job_id uuid); CREATE TABLE "
      "tenure.restorations "
      "(job_id uuid, subject_id uuid); INSERT INTO tenure.receipts SELECT 'tenant', tenant_id, gen_random_uuid() FROM "
      "tenure.schemas WHERE name = 'tenant_acme'; DROP SCHEMA tenant_acme CASCADE; DELETE FROM tenure.schemas WHERE "
      "name = "
      "'tenant_acme'");
  EXPECT_THAT(restore(false), HasSubstr("the tenant was erased after this backup was taken"));
}

TEST_F(BackupTest, WhatOthersHaveBuiltOnASchemaKeepsItFromBeingReplaced) {
  back_up();
  product_.run("CREATE VIEW public.of_others AS SELECT * FROM tenant_acme.parents");
  EXPECT_THAT(restore(true), HasSubstr("view of_others"));
}

TEST_F(BackupTest, PsqlRunsItToo) {
  back_up();
  const auto before = state();
  product_.run("DROP SCHEMA tenant_acme CASCADE");
  const auto finished = test::run_process({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file().string(),
                                           product_.database().settings().conninfo().reveal()});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace tenure::schemas
