#include "schemas/lag.h"

#include <gtest/gtest.h>

#include "tests/postgres/schemas/product.h"

// Spec D11: whether the migrations that a version of the product needs are applied.
namespace tenure::schemas {
namespace {

class Lag : public ::testing::Test {
 protected:
  Lag() { product_.write_usual_migrations(); }

  std::int64_t behind(NeededVersions needed) const {
    auto session = product_.database().connect();
    return count_behind(session, needed);
  }

  const Product product_;
};

TEST_F(Lag, ADatabaseThatWasNeverMigratedIsBehindUnlessNothingIsNeeded) {
  EXPECT_EQ(behind({}), 0);
  EXPECT_EQ(behind({.shared = 1}), 1);
  EXPECT_EQ(behind({.tenant = 1}), 1);
}

TEST_F(Lag, CountsTheSchemasThatLackSome) {
  product_.migrate();
  const NeededVersions needed{.shared = 2, .tenant = 3};
  EXPECT_EQ(behind(needed), 0);
  product_.add_tenants(3);
  EXPECT_EQ(behind(needed), 3);
  product_.migrate();
  EXPECT_EQ(behind(needed), 0);
  EXPECT_EQ(behind({.shared = 3, .tenant = 3}), 1);
  EXPECT_EQ(behind({.shared = 2, .tenant = 4}), 4) << "the reference too";
}

TEST_F(Lag, AVersionThatNeedsFewerIsServed) {
  product_.migrate();
  EXPECT_EQ(behind({.shared = 1, .tenant = 1}), 0);
  EXPECT_EQ(behind({}), 0);
}

TEST_F(Lag, ASchemaThatGoesIsNotWaitedFor) {
  product_.migrate();
  product_.add_tenants(1);
  product_.run("UPDATE tenure.schemas SET state = 'dropping' WHERE kind = 'tenant'");
  EXPECT_EQ(behind({.shared = 2, .tenant = 3}), 0);
}

TEST_F(Lag, ASharedSchemaThatWasNeverMadeIsBehind) {
  product_.migrate();
  product_.run("DELETE FROM tenure.schemas WHERE kind = 'shared'");
  EXPECT_EQ(behind({.shared = 2, .tenant = 3}), 1);
}

}  // namespace
}  // namespace tenure::schemas
