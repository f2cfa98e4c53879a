// Spec D10: what the audit of row-level security finds, one planted gap at a time.
#include "row_security/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/postgres/row_security/protected_shop.h"

namespace tenure {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

class RowSecurityAudit : public ::testing::Test {
 protected:
  test::ProtectedShop shop_;
};

TEST_F(RowSecurityAudit, ADatabaseThatKeepsItsTenantsApartHasNoGap) {
  const auto audit = shop_.audit();
  EXPECT_THAT(shop_.gaps(), IsEmpty());
  EXPECT_EQ(audit.tables, 3);
  EXPECT_EQ(audit.probed, 3);
  EXPECT_THAT(audit.untried, IsEmpty());
}

TEST_F(RowSecurityAudit, NothingIsChangedByIt) {
  const auto digest = [&] {
    return shop_.database().digest_of("customers") + shop_.database().digest_of("orders") +
           shop_.database().digest_of("order_items");
  };
  shop_.run("DROP POLICY tenant ON orders; CREATE POLICY all_rows ON orders USING (true) WITH CHECK (true)");
  const auto before = digest();
  shop_.audit();
  EXPECT_EQ(digest(), before) << "not even where everything that is tried gets through";
  EXPECT_EQ(shop_.database().value("SELECT last_value FROM orders_id_seq"), "2");
}

TEST_F(RowSecurityAudit, FindsThatTheOwnerIsNotForced) {
  shop_.run("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY");
  EXPECT_THAT(shop_.gaps(), ElementsAre("not_forced orders"));
}

TEST_F(RowSecurityAudit, FindsThatRowLevelSecurityIsOff) {
  shop_.run("ALTER TABLE orders DISABLE ROW LEVEL SECURITY");
  EXPECT_THAT(shop_.gaps(),
              UnorderedElementsAre("not_enabled orders", "shows_without_tenant orders", "shows_others orders",
                                   "changes_without_tenant orders", "changes_others orders",
                                   "adds_without_tenant orders", "adds_for_others orders", "gives_away orders",
                                   // Whose policy asks whether the order can be seen.
                                   "shows_without_tenant order_items", "shows_others order_items",
                                   "changes_without_tenant order_items", "changes_others order_items",
                                   "adds_without_tenant order_items", "adds_for_others order_items"));
}

TEST_F(RowSecurityAudit, FindsAPolicyThatReadsAnotherSetting) {
  shop_.run(
      R"(ALTER POLICY tenant ON customers USING (tenant_id = nullif(current_setting('app.company', true), '')::uuid)
               WITH CHECK (tenant_id = nullif(current_setting('app.company', true), '')::uuid))");
  EXPECT_THAT(shop_.gaps(),
              UnorderedElementsAre("other_setting customers", "not_by_tenant customers", "hides_own customers"));
}

TEST_F(RowSecurityAudit, FindsAPolicyWithoutWithCheck) {
  shop_.run(R"(DROP POLICY tenant ON orders;
               CREATE POLICY tenant ON orders USING (tenant_id = current_tenant()))");
  EXPECT_THAT(shop_.gaps(), ElementsAre("no_with_check orders"));
}

TEST_F(RowSecurityAudit, FindsAWithCheckThatAcceptsEverything) {
  shop_.run("ALTER POLICY tenant ON orders WITH CHECK (true)");
  EXPECT_THAT(shop_.gaps(),
              UnorderedElementsAre("not_by_tenant orders", "adds_without_tenant orders", "adds_for_others orders"));
}

TEST_F(RowSecurityAudit, FindsATableThatWasForgotten) {
  shop_.run(R"(CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid); GRANT SELECT, INSERT ON notes TO :app;
               CREATE INDEX ON notes (tenant_id))");
  EXPECT_THAT(shop_.gaps(), UnorderedElementsAre("not_enabled notes", "not_forced notes", "no_policy notes",
                                                 "adds_without_tenant notes", "adds_for_others notes"));
  EXPECT_THAT(shop_.audit().untried.front().why, HasSubstr("no rows"));
}

TEST_F(RowSecurityAudit, FindsATableOfWhichNobodyKnowsWhoseItsRowsAre) {
  shop_.run("CREATE TABLE notes (id bigint PRIMARY KEY, note text)");
  EXPECT_THAT(shop_.gaps(), ElementsAre("unclear_owner notes"));
}

TEST_F(RowSecurityAudit, FindsThatTheApplicationUsesTheOwnersRole) {
  shop_.run("ALTER TABLE orders OWNER TO :app; REVOKE TRUNCATE ON orders FROM :app");
  EXPECT_THAT(shop_.gaps(), ElementsAre("role_owns orders"));
}

TEST_F(RowSecurityAudit, FindsThatTheApplicationsRoleIsAMemberOfTheOwner) {
  shop_.run("ALTER ROLE :app NOINHERIT; GRANT :owner TO :app");
  EXPECT_THAT(shop_.gaps(), UnorderedElementsAre("role_owns customers", "role_owns orders", "role_owns order_items"));
}

TEST_F(RowSecurityAudit, FindsAMissingIndex) {
  shop_.run("DROP INDEX orders_tenant; CREATE INDEX orders_total ON orders (total, tenant_id)");
  EXPECT_THAT(shop_.gaps(), ElementsAre("no_index orders"));
}

TEST_F(RowSecurityAudit, FindsASecondPermissivePolicy) {
  shop_.run("CREATE POLICY support ON orders FOR SELECT USING (total = 0)");
  EXPECT_THAT(shop_.gaps(),
              UnorderedElementsAre("not_by_tenant orders", "shows_without_tenant orders", "shows_others orders",
                                   // Whose policy asks whether the order can be seen.
                                   "shows_without_tenant order_items", "shows_others order_items",
                                   "changes_without_tenant order_items", "changes_others order_items",
                                   "adds_without_tenant order_items", "adds_for_others order_items"));
}

TEST_F(RowSecurityAudit, APermissivePolicyBesideARestrictiveOneOfTheTenantIsNoGap) {
  shop_.run(R"(CREATE POLICY everything ON customers USING (true) WITH CHECK (true);
               CREATE POLICY of_tenant ON customers AS RESTRICTIVE
                 USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant()))");
  EXPECT_THAT(shop_.gaps(), IsEmpty());
}

TEST_F(RowSecurityAudit, APolicyForAnotherRoleDoesNotCount) {
  shop_.run(R"(CREATE POLICY support ON orders TO :owner USING (true) WITH CHECK (true);
               ALTER POLICY tenant ON customers TO :owner)");
  EXPECT_THAT(shop_.gaps(), UnorderedElementsAre("no_policy customers", "hides_own customers"));
}

TEST_F(RowSecurityAudit, FindsAPolicyForOneCommandOnly) {
  shop_.run(R"(DROP POLICY tenant ON customers;
               CREATE POLICY tenant ON customers FOR SELECT USING (tenant_id = current_tenant()))");
  EXPECT_THAT(shop_.gaps(),
              ElementsAre("command_missing customers", "command_missing customers", "command_missing customers"));
}

TEST_F(RowSecurityAudit, ACommandThatTheRoleMayNotUseNeedsNoPolicy) {
  shop_.run(R"(DROP POLICY tenant ON customers; REVOKE INSERT, UPDATE, DELETE ON customers FROM :app;
               CREATE POLICY tenant ON customers FOR SELECT USING (tenant_id = current_tenant()))");
  EXPECT_THAT(shop_.gaps(), IsEmpty());
}

TEST_F(RowSecurityAudit, FindsARoleWithBypassrlsOrASuperuser) {
  shop_.run("ALTER ROLE :app BYPASSRLS");
  EXPECT_THAT(shop_.gaps(), IsSupersetOf({"role_bypasses ", "shows_others orders", "gives_away customers"}));
  shop_.run("ALTER ROLE :app NOBYPASSRLS SUPERUSER");
  EXPECT_THAT(shop_.gaps(), IsSupersetOf({"role_is_superuser ", "shows_others orders", "may_truncate orders"}));
}

TEST_F(RowSecurityAudit, FindsARoleThatMayBecomeOneForWhichNoPolicyCounts) {
  shop_.run("CREATE ROLE :app_admin BYPASSRLS; GRANT :app_admin TO :app");
  EXPECT_THAT(shop_.gaps(), ElementsAre("role_can_become "));
  shop_.run("DROP ROLE :app_admin");
}

TEST_F(RowSecurityAudit, FindsAViewThatIsNotSecurityInvoker) {
  shop_.run(R"(CREATE VIEW order_list AS SELECT * FROM orders; CREATE VIEW deeper AS SELECT * FROM order_list;
               CREATE VIEW safe WITH (security_invoker = true) AS SELECT * FROM orders;
               CREATE VIEW nobodys AS SELECT * FROM orders; CREATE VIEW lands AS SELECT * FROM countries;
               CREATE MATERIALIZED VIEW totals AS SELECT tenant_id, sum(total) FROM orders GROUP BY 1;
               GRANT SELECT ON order_list, deeper, safe, lands, totals TO :app)");
  EXPECT_THAT(shop_.gaps(),
              ElementsAre("open_view public.deeper", "open_view public.order_list", "materialized_view public.totals"));
}

TEST_F(RowSecurityAudit, FindsAPolicyThatHoldsForEveryRowWhenTheSettingIsEmpty) {
  shop_.run(R"(ALTER POLICY tenant ON customers
                 USING (coalesce(current_setting('app.tenant_id', true), '') = ''
                        OR tenant_id::text = current_setting('app.tenant_id', true)))");
  EXPECT_THAT(shop_.gaps(), UnorderedElementsAre("shows_without_tenant customers", "changes_without_tenant customers"));
}

TEST_F(RowSecurityAudit, FindsAPolicyThatHoldsForEveryRowWhenTheSettingWasNeverSet) {
  shop_.run(R"(ALTER POLICY tenant ON customers
                 USING (current_setting('app.tenant_id', true) IS NULL
                        OR tenant_id::text = current_setting('app.tenant_id', true)))");
  EXPECT_THAT(shop_.gaps(), UnorderedElementsAre("shows_without_tenant customers", "changes_without_tenant customers"));
}

TEST_F(RowSecurityAudit, FindsAPolicyThatReadsTheSettingAndComparesNothing) {
  shop_.run("ALTER POLICY tenant ON customers USING (current_setting('app.tenant_id', true) <> '')");
  EXPECT_THAT(shop_.gaps(),
              UnorderedElementsAre("not_by_tenant customers", "shows_others customers", "changes_others customers"));
}

TEST_F(RowSecurityAudit, FindsThatATenantDoesNotSeeItsOwnRows) {
  shop_.run("CREATE POLICY never ON customers AS RESTRICTIVE USING (name = 'nobody')");
  EXPECT_THAT(shop_.gaps(), ElementsAre("hides_own customers"));
}

TEST_F(RowSecurityAudit, FindsThatSessionsBeginWithATenant) {
  shop_.run("ALTER ROLE :app SET app.tenant_id = '0a000000-0000-4000-8000-00000000000a'");
  EXPECT_THAT(shop_.gaps(), ElementsAre("setting_has_value "));
}

TEST_F(RowSecurityAudit, FindsAPrivilegeToTruncate) {
  shop_.run("GRANT TRUNCATE ON orders TO :app");
  EXPECT_THAT(shop_.gaps(), ElementsAre("may_truncate orders"));
}

TEST_F(RowSecurityAudit, FindsAPartitionThatCanBeReadPastThePoliciesOfItsTable) {
  shop_.run(R"(CREATE TABLE events (tenant_id uuid NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
               CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
               CREATE INDEX ON events (tenant_id); ALTER TABLE events OWNER TO :owner;
               ALTER TABLE events ENABLE ROW LEVEL SECURITY; ALTER TABLE events FORCE ROW LEVEL SECURITY;
               CREATE POLICY tenant ON events USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
               GRANT SELECT, INSERT, UPDATE, DELETE ON events TO :app;
               INSERT INTO events SELECT tenant_id, '2026-05-05' FROM customers)");
  EXPECT_THAT(shop_.gaps(), IsEmpty());
  shop_.run("GRANT SELECT ON events_2026 TO :app");
  EXPECT_THAT(shop_.gaps(), ElementsAre("open_partition events"));
}

TEST_F(RowSecurityAudit, FindsARoleThatIsNotThereOrNotAvailable) {
  auto settings = shop_.settings();
  settings.expected.role = "nobody_of_this_name";
  const auto audit = row_security::audit(settings, {});
  ASSERT_EQ(audit.gaps.size(), 1U);
  EXPECT_EQ(audit.gaps.front().code, row_security::GapCode::no_role);
  EXPECT_THAT(audit.gaps.front().what, HasSubstr("nobody_of_this_name"));
}

TEST_F(RowSecurityAudit, WhoeverAuditsHasToTakeTheRoleOnAndToSeeEveryRow) {
  shop_.run("CREATE ROLE :app_auditor LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO :app_auditor");
  auto settings = shop_.settings();
  settings.database = settings.database.with("user", shop_.app() + "_auditor");
  const auto refused = row_security::audit(settings, {});
  ASSERT_EQ(refused.gaps.size(), 1U);
  EXPECT_EQ(refused.gaps.front().code, row_security::GapCode::role_not_available);
  EXPECT_EQ(refused.probed, 0);
  shop_.run("GRANT :app TO :app_auditor");
  const auto blind = row_security::audit(settings, {});
  EXPECT_EQ(blind.gaps.size(), 3U);
  for (const auto& gap : blind.gaps) EXPECT_EQ(gap.code, row_security::GapCode::not_all_seen) << gap.table;
  shop_.run("ALTER ROLE :app_auditor BYPASSRLS");
  EXPECT_THAT(row_security::audit(settings, {}).gaps, IsEmpty());
  shop_.run("DROP OWNED BY :app_auditor; DROP ROLE :app_auditor");
}

TEST_F(RowSecurityAudit, EveryGapSaysWhatToDoAndNoneNamesATenant) {
  shop_.run("ALTER ROLE :app SUPERUSER; ALTER TABLE orders DISABLE ROW LEVEL SECURITY; DROP INDEX orders_tenant");
  const auto audit = shop_.audit();
  ASSERT_FALSE(audit.gaps.empty());
  for (const auto& gap : audit.gaps) {
    EXPECT_FALSE(gap.what.empty() || gap.remedy.empty()) << to_string(gap.code);
    EXPECT_THAT(gap.what + gap.remedy, ::testing::Not(HasSubstr(std::string(test::kTenantA)))) << to_string(gap.code);
  }
}

TEST_F(RowSecurityAudit, OneSettingCountsForTheWholeEstate) {
  std::vector<row_security::ServiceAudit> audits(3);
  audits[0].service = "orders";
  audits[0].expected.setting = audits[1].expected.setting = "app.tenant_id";
  audits[2].expected.setting = "app.tenant";
  row_security::require_one_setting(audits);
  EXPECT_THAT(audits[1].gaps, IsEmpty());
  ASSERT_EQ(audits[2].gaps.size(), 1U);
  EXPECT_EQ(audits[2].gaps.front().code, row_security::GapCode::setting_differs);
  EXPECT_THAT(audits[2].gaps.front().what, HasSubstr("orders"));
}

}  // namespace
}  // namespace tenure
