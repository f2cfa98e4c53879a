#include <gmock/gmock.h>

#include "tests/e2e/schema_product.h"

// D1, issue 5: a tenant that has rows among all tenants' moves into a schema of its own, is erased and brought back
// from there, and moves back, each by a command.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class SchemaMove : public SchemaProduct {
 protected:
  /// A suspended tenant with rows in the tables that all share.
  std::string tenant_with_rows() const {
    app_.run(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, note text);"
        "CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, number int)");
    auto mine = tenant("acme", person("ana"));
    for (const auto& one : {mine, std::string("bbbbbbbb-0000-4000-8000-000000000002")}) {
      app_.run(
          fmt::format("INSERT INTO orders (tenant_id, note) VALUES ('{0}', 'one'), ('{0}', NULL); INSERT INTO items "
                      "SELECT id, 7 FROM orders WHERE tenant_id = '{0}'",
                      one));
    }
    EXPECT_EQ(run({"tenant", "suspend", mine}).status, 0);
    return mine;
  }
  std::string shared_rows() const { return app_.digest_of("orders") + app_.digest_of("items"); }
};

TEST_F(SchemaMove, IntoASchemaErasedThereBroughtBackAndMovedBack) {
  migrate();
  const auto mine = tenant_with_rows();
  const auto before = shared_rows();

  const auto tried = run_json({"schema", "move", mine, "--to", "schema", "--dry-run"});
  EXPECT_EQ(tried.at("outcome"), "tried");
  EXPECT_EQ(shared_rows(), before);

  const auto moved = run_json({"schema", "move", mine, "--to", "schema"});
  EXPECT_EQ(moved.at("rows"), 4) << moved;
  EXPECT_EQ(moved.at("tables"), tried.at("tables"));
  const auto rows = rows_of(place_of(mine));
  EXPECT_EQ(app_.value("SELECT count(*) FROM orders"), "2") << "the other tenant's";
  EXPECT_EQ(run({"schema", "diff"}).status, 0);

  const auto job = run_json({"erase", mine, "--confirm", "acme"});
  EXPECT_EQ(job.at("service_results").at("app").at("deleted_counts").at("orders"), 2) << job;
  EXPECT_EQ(run_json({"job", "restore", job.at("job_id"), "--wait"}).at("status"), "rolled_back");
  EXPECT_EQ(rows_of(place_of(mine)), rows);

  const auto back = run_json({"schema", "move", mine, "--to", "rows"});
  EXPECT_EQ(back.at("tables"), moved.at("tables"));
  EXPECT_EQ(shared_rows(), before);
  EXPECT_EQ(place_of(mine), "NULL");
  EXPECT_EQ(run({"tenant", "activate", mine}).status, 0);
}

TEST_F(SchemaMove, ATenantThatWorksIsNotMoved) {
  migrate();
  const auto mine = tenant_with_rows();
  ASSERT_EQ(run({"tenant", "activate", mine}).status, 0);
  const auto refused = run({"schema", "move", mine, "--to", "schema"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("tenure tenant suspend"));
  EXPECT_EQ(run({"schema", "move", mine, "--to", "schema", "--dry-run"}).status, 0) << "a trial disturbs nobody";
}

TEST_F(SchemaMove, WhatCannotMoveIsSaidWithEveryReason) {
  migrate();
  const auto mine = tenant_with_rows();
  app_.run("ALTER TABLE orders ADD COLUMN colour text; ALTER TABLE items ADD COLUMN size int");
  const auto refused = run({"schema", "move", mine, "--to", "schema"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("public.orders: the schema's table has no column colour"));
  EXPECT_THAT(refused.errors, HasSubstr("public.items: the schema's table has no column size"));
  EXPECT_THAT(run({"schema", "move", mine, "--to", "elsewhere"}).errors, HasSubstr("--to"));
  EXPECT_NE(run({"schema", "move", "aaaaaaaa-0000-4000-8000-000000000009", "--to", "schema"}).status, 0);
}

}  // namespace
}  // namespace tenure::e2e
