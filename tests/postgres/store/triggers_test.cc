// F3: the user's own triggers. What they do beyond the plan is counted, and rolled back unless a rule says it is meant.
#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using store::Counts;

constexpr std::string_view kOrdersWithTrigger = R"(
  CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
  CREATE TABLE totals (day int PRIMARY KEY, orders int);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$
    BEGIN UPDATE public.totals SET orders = orders - 1; RETURN OLD; END $f$;
  CREATE TRIGGER touch AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  INSERT INTO orders VALUES (1, $T), (2, $T), (3, $N);
  INSERT INTO totals VALUES (1, 3);)";

const estate::TableRule kTotalsKept{.table = "totals", .keep_reason = "no rows of tenants"};

class Triggers : public PostgresStoreTest {};

INSTANTIATE_TEST_SUITE_P(BothRoles, Triggers, testing::Values(Role::skips_triggers, Role::plain), name_of_role);

TEST_P(Triggers, AChangeThatThePlanDoesNotListIsRolledBackAndNamed) {
  const StoreDatabase db(kOrdersWithTrigger, GetParam());
  auto store = db.store({.tables = {kTotalsKept}});
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_NE(text_of(error).find("public.totals"), std::string::npos) << text_of(error);
  EXPECT_NE(text_of(error).find("side_effects"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 3);
  EXPECT_EQ(db.value("SELECT orders FROM totals"), "3");
}

TEST_P(Triggers, AListedSideEffectIsLetThrough) {
  const StoreDatabase db(kOrdersWithTrigger, GetParam());
  auto store = db.store({.tables = {kTotalsKept}, .side_effects = {"totals"}});
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"orders", 2}}));
  EXPECT_EQ(db.value("SELECT orders FROM totals"), "1");
}

TEST_P(Triggers, ATriggerThatDeletesANeighboursRowIsCaught) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE FUNCTION renumber() RETURNS trigger LANGUAGE plpgsql AS $f$
      BEGIN DELETE FROM public.orders WHERE id = 3; RETURN OLD; END $f$;
    CREATE TRIGGER renumber AFTER DELETE ON orders FOR EACH ROW WHEN (OLD.id = 1) EXECUTE FUNCTION renumber();
    INSERT INTO orders VALUES (1, $T), (2, $T), (3, $N);)",
                         GetParam());
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_NE(text_of(error).find("public.orders"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 3);
}

TEST_P(Triggers, ATriggerThatKeepsRowsIsNoSuccess) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$;
    CREATE TRIGGER keep BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep();
    INSERT INTO orders VALUES (1, $T);)",
                         GetParam());
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_NE(text_of(error).find("orders"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 1);
}

TEST_P(Triggers, ATriggerThatAlwaysFiresIsCountedAndCannotBeSkipped) {
  const StoreDatabase db(kOrdersWithTrigger, GetParam());
  db.run("ALTER TABLE orders ENABLE ALWAYS TRIGGER touch");
  auto store = db.store({.tables = {kTotalsKept}});
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_NE(text_of(error).find("public.totals"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.value("SELECT orders FROM totals"), "3");
  auto skipping = db.store({.tables = {kTotalsKept}, .triggers = {{0, "orders", "touch", true}}});
  EXPECT_EQ(error_of([&] { skipping.preview(kTenant, soon()); }).code(), ErrorCode::refused);
}

TEST(TriggerRules, SkippingNeedsARoleThatMay) {
  const estate::Database rules{.tables = {kTotalsKept}, .triggers = {{0, "orders", "touch", true}}};
  const StoreDatabase plain(kOrdersWithTrigger, Role::plain);
  const auto error = error_of([&] { plain.store(rules).preview(kTenant, soon()); });
  EXPECT_NE(text_of(error).find("session_replication_role"), std::string::npos) << text_of(error);

  const StoreDatabase privileged(kOrdersWithTrigger, Role::skips_triggers);
  EXPECT_EQ(privileged.store(rules).erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"orders", 2}}));
  EXPECT_EQ(privileged.value("SELECT orders FROM totals"), "3");
}

TEST(TriggerRules, AGrantedParameterIsEnoughToSkipForeignKeyTriggers) {
  const StoreDatabase db("CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);", Role::plain);
  EXPECT_EQ(db.store().plan(SubjectKind::tenant, soon()).triggers, plan::TriggerMode::fire);
  db.run("GRANT SET ON PARAMETER session_replication_role TO service");
  EXPECT_EQ(db.store().plan(SubjectKind::tenant, soon()).triggers, plan::TriggerMode::skip);
  db.run("REVOKE SET ON PARAMETER session_replication_role FROM service");
}

}  // namespace
}  // namespace tenure::test
