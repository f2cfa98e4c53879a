// Spec D10: which setting a policy reads and whether it names the tenant's column, by its text.
#include "row_security/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenure::row_security {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Expression, TheSettingIsTheConstantThatCurrentSettingIsCalledWith) {
  EXPECT_THAT(settings_read("(tenant_id = (current_setting('app.tenant_id'::text, true))::uuid)"),
              ElementsAre("app.tenant_id"));
  EXPECT_THAT(settings_read("current_setting ('a.b')"), IsEmpty()) << "the server never prints it so";
}

TEST(Expression, SettingsAreComparedWithoutTheirCase) {
  EXPECT_THAT(settings_read("pg_catalog.CURRENT_SETTING( 'App.Tenant_ID' )"), ElementsAre("app.tenant_id"));
}

TEST(Expression, EverySettingCountsAndOneThatIsComputedDoesNot) {
  EXPECT_THAT(settings_read("current_setting('b.y') = current_setting('a.x') OR current_setting(name) = ''"),
              ElementsAre("a.x", "b.y"));
  EXPECT_THAT(settings_read("true"), IsEmpty());
  EXPECT_THAT(settings_read("current_setting('"), IsEmpty());
}

TEST(Expression, AColumnIsAWordOutsideConstants) {
  EXPECT_TRUE(names("(tenant_id = 1)", "tenant_id"));
  EXPECT_TRUE(names("(o.tenant_id = 1)", "tenant_id"));
  EXPECT_FALSE(names("(current_setting('app.tenant_id'::text) <> ''::text)", "tenant_id"));
  EXPECT_FALSE(names("(other_tenant_id = 1)", "tenant_id"));
  EXPECT_FALSE(names("(tenant_id2 = 1)", "tenant_id"));
  EXPECT_FALSE(names("('it''s tenant_id' = x)", "tenant_id"));
}

TEST(Expression, AQuotedColumnIsComparedWithItsQuotesTakenOff) {
  EXPECT_TRUE(names(R"(("Tenant" = 1))", "Tenant"));
  EXPECT_FALSE(names(R"(("Tenant" = 1))", "tenant"));
  EXPECT_TRUE(names(R"(("a""b" = 1))", "a\"b"));
}

}  // namespace
}  // namespace tenure::row_security
