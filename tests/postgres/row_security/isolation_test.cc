// Spec D9, D10: a session of a pool never carries one tenant over to the next, under row-level security as a role that
// owns nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "pg/pool.h"
#include "row_security/tenant_transaction.h"
#include "tests/postgres/row_security/protected_shop.h"

namespace tenure {
namespace {

using pg::operator""_sql;
using row_security::TenantTransaction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Isolation : public ::testing::Test {
 protected:
  /// Whose customers a session sees.
  static std::vector<std::string> seen_by(pg::Connection& session) {
    const auto rows = session.exec("SELECT DISTINCT tenant_id::text FROM customers ORDER BY 1"_sql);
    std::vector<std::string> tenants;
    for (int row = 0; row < rows.rows(); ++row) tenants.push_back(rows.text(row, 0));
    return tenants;
  }
  static std::string process_of(pg::Connection& session) {
    return session.exec("SELECT pg_backend_pid()"_sql).text(0, 0);
  }
  /// Whoever takes the only session next sees nothing.
  void expect_nobody() {
    auto session = pool_.take();
    EXPECT_THAT(seen_by(*session), IsEmpty());
    EXPECT_EQ(session->exec("SELECT count(*) FROM order_items"_sql).text(0, 0), "0");
  }

  test::ProtectedShop shop_;
  pg::Pool pool_{shop_.as_app(), 1};
  const TenantId a_ = TenantId::parse(test::kTenantA);
  const TenantId b_ = TenantId::parse(test::kTenantB);
};

TEST_F(Isolation, ATransactionSeesItsTenantAndTheSessionForgetsIt) {
  std::string first;
  {
    auto session = pool_.take();
    first = process_of(*session);
    TenantTransaction transaction(*session, "app.tenant_id", a_);
    EXPECT_THAT(seen_by(*session), ElementsAre(a_.str()));
    transaction.commit();
    EXPECT_THAT(seen_by(*session), IsEmpty()) << "after it, in the same session";
  }
  expect_nobody();
  auto session = pool_.take();
  EXPECT_EQ(process_of(*session), first) << "it is the same session that is clean";
  const TenantTransaction transaction(*session, "app.tenant_id", b_);
  EXPECT_THAT(seen_by(*session), ElementsAre(b_.str()));
}

TEST_F(Isolation, ARequestThatIsAbortedLeavesNothingInThePool) {
  try {
    auto session = pool_.take();
    TenantTransaction transaction(*session, "app.tenant_id", a_);
    transaction.exec("SELECT 1 / 0"_sql);
    FAIL() << "divided";
  } catch (const Error& error) {
    EXPECT_EQ(error.sqlstate(), "22012");
  }
  expect_nobody();
}

TEST_F(Isolation, ARequestThatIsDroppedInTheMiddleOfItsTransactionLeavesNothingInThePool) {
  std::string dirty;
  {
    auto session = pool_.take();
    dirty = process_of(*session);
    session->exec("BEGIN"_sql);
    session->exec("SELECT set_config('app.tenant_id', $1, true)"_sql, pg::Params(a_));
    EXPECT_THAT(seen_by(*session), ElementsAre(a_.str()));
  }
  expect_nobody();
  auto session = pool_.take();
  EXPECT_NE(process_of(*session), dirty) << "a session in a transaction is not handed on";
}

TEST_F(Isolation, ARequestThatRunsOutOfTimeLeavesNothingInThePool) {
  try {
    auto session = pool_.take(Call::within(Milliseconds(2000)));
    TenantTransaction transaction(*session, "app.tenant_id", a_);
    transaction.exec("SELECT pg_sleep(600)"_sql);
    FAIL() << "slept";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timeout);
  }
  expect_nobody();
}

TEST_F(Isolation, WritesOfOneTenantReachNoOther) {
  auto session = pool_.take();
  const auto before = shop_.database().digest_of("customers", "r.tenant_id <> '" + a_.str() + "'");
  TenantTransaction transaction(*session, "app.tenant_id", a_);
  EXPECT_EQ(transaction.exec("UPDATE customers SET name = 'mine'"_sql).affected(), 1);
  EXPECT_EQ(transaction.exec("UPDATE orders SET total = 1 WHERE tenant_id = $1"_sql, pg::Params(b_)).affected(), 0);
  EXPECT_EQ(transaction.exec("DELETE FROM order_items"_sql).affected(), 1);
  transaction.commit();
  EXPECT_EQ(shop_.database().digest_of("customers", "r.tenant_id <> '" + a_.str() + "'"), before);
  TenantTransaction again(*session, "app.tenant_id", a_);
  EXPECT_THROW(again.exec("INSERT INTO customers (tenant_id, name) VALUES ($1, 'theirs')"_sql, pg::Params(b_)), Error);
}

}  // namespace
}  // namespace tenure
