#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

// Spec D10: `tenure rls audit` as an operator and a pipeline use it.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class RowSecurityCommand : public ::testing::Test {
 protected:
  RowSecurityCommand() {
    database_.run("CREATE ROLE " + role_ + "; GRANT USAGE ON SCHEMA public TO " + role_ +
                  "; CREATE TABLE orders (tenant_id uuid); CREATE INDEX ON orders (tenant_id);"
                  "INSERT INTO orders VALUES (gen_random_uuid()), (gen_random_uuid());"
                  "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;"
                  "CREATE POLICY tenant ON orders USING (tenant_id::text = current_setting('app.tenant_id', true)) "
                  "WITH CHECK (tenant_id::text = current_setting('app.tenant_id', true));"
                  "GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO " +
                  role_);
    write_estate("{model: rows, row_security: {role: " + role_ + ", setting: app.tenant_id}}");
  }
  ~RowSecurityCommand() override { database_.run("DROP OWNED BY " + role_ + "; DROP ROLE " + role_); }

  void write_estate(const std::string& isolation) const {
    folder_.write("estate.yaml", "estate: shop\nservices:\n  orders:\n    database: ${ORDERS_URL}\n    isolation: " +
                                     isolation + "\n  stock: {database: \"${ORDERS_URL}\"}\n");
  }
  test::Finished audit(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"rls", "audit", "--estate", (folder_ / "estate.yaml").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_tenure(words, {{"ORDERS_URL", database_.settings().conninfo().reveal()},
                              {"TENURE_HOME", (folder_ / "state").string()}});
  }

  const test::TestDatabase database_;
  const std::string role_ = database_.name() + "_app";
  const test::TemporaryFolder folder_;
};

TEST_F(RowSecurityCommand, SucceedsWhereTenantsAreKeptApart) {
  const auto finished = audit();
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("orders: 1 of 1 tables tried as " + role_ + ", no gap"));
  EXPECT_THAT(finished.output, HasSubstr("stock: not audited"));
}

TEST_F(RowSecurityCommand, FailsForAGapAndSaysWhatToDo) {
  database_.run("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY");
  const auto finished = audit();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("1 gap"));
  EXPECT_THAT(finished.output, HasSubstr("ALTER TABLE orders FORCE ROW LEVEL SECURITY"));
  const auto as_json = json::parse(audit({"--json"}).output);
  EXPECT_EQ(as_json["success"], false);
  const auto& gap = as_json["services"]["orders"]["gaps"][0];
  EXPECT_EQ(gap["code"], "not_forced");
  EXPECT_EQ(gap["table"], "orders");
  EXPECT_EQ(as_json["not_enforced"], json::array({"stock"}));
}

TEST_F(RowSecurityCommand, SaysWhatIsWrongWithItsInput) {
  EXPECT_THAT(audit({"--service", "stock"}).errors, HasSubstr("stock: has no isolation.row_security"));
  EXPECT_EQ(audit({"--service", "stock"}).status, 2);
  EXPECT_THAT(audit({"--service", "crm"}).errors, HasSubstr("service crm: the estate has none of this name"));
  write_estate("{model: rows}");
  EXPECT_THAT(audit().errors, HasSubstr("there is nothing to audit"));
  write_estate("{model: schema, row_security: {role: a, setting: tenant}}");
  const auto finished = audit();
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.errors, HasSubstr("only tenants that share tables have this"));
  EXPECT_THAT(finished.errors, HasSubstr("with a dot in it"));
}

}  // namespace
}  // namespace tenure::e2e
