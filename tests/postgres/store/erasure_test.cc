// A2, A5, A6 and what happens around an erasure: receipts, fences, stale plans, locks, lost rights, files, users.
#include <filesystem>
#include <fstream>
#include <thread>

#include "pg/transaction.h"
#include "store/postgres/pseudonym.h"
#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using pg::operator""_sql;
using store::Counts;

constexpr std::string_view kOrders = R"(
  CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, note text);
  INSERT INTO orders VALUES (1, $T, 'x'), (2, $T, 'y'), (3, $N, 'z');)";

// A5
TEST(Erasure, TheSameKeyGivesTheFirstAnswerAndHasNoFurtherEffect) {
  const StoreDatabase db(kOrders);
  auto store = db.store();
  const auto first = store.erase({.subject = kTenant, .idempotency_key = "one"}, soon(), {});
  db.run("INSERT INTO orders VALUES (4, $T, 'late')");
  const auto again = store.erase({.subject = kTenant, .idempotency_key = "one"}, soon(), {});
  EXPECT_TRUE(again.is_replay);
  EXPECT_EQ(again.deleted_counts, first.deleted_counts);
  EXPECT_EQ(again.digest, first.digest);
  EXPECT_EQ(db.rows("orders"), 2);
  EXPECT_EQ(store.erase({.subject = kTenant, .idempotency_key = "two"}, soon(), {}).deleted_counts,
            (Counts{{"orders", 1}}));
}

TEST(Erasure, AKeyOfAnotherSubjectIsRefused) {
  const StoreDatabase db(kOrders);
  auto store = db.store();
  store.erase({.subject = kTenant, .idempotency_key = "one"}, soon(), {});
  EXPECT_EQ(error_of([&] { store.erase({.subject = kNeighbour, .idempotency_key = "one"}, soon(), {}); }).code(),
            ErrorCode::conflict);
  EXPECT_EQ(db.rows("orders"), 1);
}

// C5, C6: a paused owner that wakes late carries a lower epoch.
TEST(Erasure, ALowerEpochIsRefusedAtTheService) {
  const StoreDatabase db(kOrders);
  auto store = db.store();
  const auto job = JobId::random();
  store.erase({.subject = kTenant, .job = job, .epoch = 5}, soon(), {});
  db.run("INSERT INTO orders VALUES (4, $T, 'late')");
  EXPECT_EQ(error_of([&] { store.erase({.subject = kTenant, .job = job, .epoch = 4}, soon(), {}); }).code(),
            ErrorCode::conflict);
  EXPECT_EQ(db.rows("orders"), 2);
  store.erase({.subject = kTenant, .job = job, .epoch = 6}, soon(), {});
  EXPECT_EQ(db.rows("orders"), 1);
}

TEST(Erasure, APlanThatBecameStaleIsAClearErrorAndNothingIsDone) {
  const StoreDatabase db(kOrders);
  auto store = db.store();
  const auto plan = store.plan(SubjectKind::tenant, soon());
  for (const auto* alteration :
       {"ALTER TABLE orders ADD COLUMN colour text", "CREATE TABLE refunds (id int, tenant_id uuid)",
        "CREATE INDEX ON orders (note)", "ALTER TABLE orders ALTER note SET NOT NULL"}) {
    db.run(alteration);
    const auto error = error_of([&] { store.erase_by_plan(plan, {.subject = kTenant}, soon(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::stale) << alteration;
  }
  EXPECT_EQ(db.rows("orders"), 3);
  db.run("GRANT ALL ON refunds TO service");
  EXPECT_EQ(
      store.erase_by_plan(store.plan(SubjectKind::tenant, soon()), {.subject = kTenant}, soon(), {}).deleted_counts,
      (Counts{{"orders", 2}, {"refunds", 0}}));
}

TEST(Erasure, ALockHeldElsewhereEndsInATimeoutWithNothingDone) {
  const StoreDatabase db(kOrders);
  auto blocker = db.database().connect();
  blocker.exec("BEGIN"_sql);
  blocker.exec("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"_sql);
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, Call::within(Milliseconds(300)), {}); });
  EXPECT_EQ(error.code(), ErrorCode::timeout) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  blocker.exec("ROLLBACK"_sql);
  EXPECT_EQ(db.rows("orders"), 3);
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"orders", 2}}));
}

TEST(Erasure, MissingPrivilegesAreNamed) {
  const StoreDatabase db(kOrders);
  db.run("REVOKE DELETE, UPDATE, TRUNCATE ON orders FROM service");
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_NE(text_of(error).find("orders"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 3);
}

TEST(Erasure, WithoutTheRightToMakeItsSchemaItSaysWhatToDo) {
  const StoreDatabase db(kOrders);
  db.run("DO $do$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM service', current_database()); END $do$");
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_NE(text_of(error).find("CREATE"), std::string::npos) << text_of(error);
}

// No personal data in errors: a failing statement's values stay out.
TEST(Erasure, AnErrorHoldsNoValueOfARow) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, email text);
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $f$
      BEGIN RAISE EXCEPTION 'cannot delete order of %', OLD.email; END $f$;
    CREATE TRIGGER fail BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION fail();
    INSERT INTO orders VALUES (1, $T, 'ada@example.org');)");
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_EQ(text_of(error).find("ada@"), std::string::npos) << text_of(error);
}

TEST(Erasure, ErasuresOfTwoTenantsAtOnceDoNotDisturbEachOther) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
    INSERT INTO orders SELECT n, CASE WHEN n % 2 = 0 THEN $T::uuid ELSE $N::uuid END FROM generate_series(1, 2000) n;
    INSERT INTO items SELECT id, id FROM orders;)");
  auto store = db.store();
  Counts neighbours;
  std::jthread other([&] { neighbours = store.erase({.subject = kNeighbour}, soon(), {}).deleted_counts; });
  const auto mine = store.erase({.subject = kTenant}, soon(), {}).deleted_counts;
  other.join();
  EXPECT_EQ(mine, (Counts{{"items", 1000}, {"orders", 1000}}));
  EXPECT_EQ(neighbours, mine);
  EXPECT_EQ(db.rows("orders"), 0);
}

TEST(Erasure, ProgressIsToldAfterEachStep) {
  const StoreDatabase db(R"(
    CREATE TABLE a (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE b (id int, a_id int NOT NULL REFERENCES a);
    INSERT INTO a VALUES (1, $T);
    INSERT INTO b VALUES (1, 1), (2, 1);)");
  auto store = db.store();
  std::vector<Counts> told;
  store.erase({.subject = kTenant}, soon(), [&](const Counts& counts) { told.push_back(counts); });
  EXPECT_EQ(told, (std::vector<Counts>{{{"a", 0}, {"b", 2}}, {{"a", 1}, {"b", 2}}}));
}

class Files : public testing::Test {
 protected:
  Files() : root_(std::filesystem::temp_directory_path() / ("tenure-files-" + Uuid::random().str())) {
    std::filesystem::create_directories(root_ / "models");
    for (const auto* name : {"mine.bin", "shared.bin", "theirs.bin"}) std::ofstream(root_ / "models" / name) << name;
  }
  ~Files() override { std::filesystem::remove_all(root_); }

  bool has(const char* name) const { return std::filesystem::exists(root_ / "models" / name); }
  estate::Database rules() const {
    return {.tables = {{.table = "artifacts", .files = estate::FilesRule{"path", root_}}}};
  }

  static constexpr std::string_view kSchema = R"(
    CREATE TABLE artifacts (id int PRIMARY KEY, tenant_id uuid, path text);
    INSERT INTO artifacts VALUES (1, $T, 'models/mine.bin'), (2, $T, 'models/shared.bin'), (3, $T, NULL),
                                 (4, $T, 'models/gone.bin'), (5, $N, 'models/shared.bin'), (6, $N, 'models/theirs.bin');)";
  const std::filesystem::path root_;
};

// A4
TEST_F(Files, GoWithTheirRowsUnlessAnotherRowNamesThem) {
  const StoreDatabase db(kSchema);
  auto store = db.store(rules());
  const Counts counts{{"artifacts", 4}, {"artifacts.path", 3}};
  EXPECT_EQ(store.preview(kTenant, soon()).data_counts, counts);
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, counts);
  EXPECT_FALSE(has("mine.bin"));
  EXPECT_TRUE(has("shared.bin"));
  EXPECT_TRUE(has("theirs.bin"));
  EXPECT_EQ(db.value("SELECT count(*) FROM tenure.pending_files"), "0");
}

TEST_F(Files, ListedByACrashedErasureGoWithTheNextCall) {
  const StoreDatabase db(kSchema);
  auto store = db.store(rules());
  store.erase({.subject = kNeighbour, .idempotency_key = "first"}, soon(), {});
  db.run(
      "INSERT INTO tenure.pending_files (receipt_key, table_label, path) VALUES ('first', 'artifacts', "
      "'models/mine.bin'); "
      "DELETE FROM artifacts WHERE path = 'models/mine.bin'");
  EXPECT_TRUE(store.erase({.subject = kNeighbour, .idempotency_key = "first"}, soon(), {}).is_replay);
  EXPECT_FALSE(has("mine.bin"));
}

TEST_F(Files, PathsOutOfTheRootAreRefusedBeforeAnythingGoes) {
  for (const auto* path : {"../outside", "/etc/passwd", "models/../../x", "models//x", "./x", ""}) {
    const StoreDatabase db(kSchema);
    db.run("UPDATE artifacts SET path = '" + std::string(path) + "' WHERE id = 1");
    auto store = db.store(rules());
    const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::refused) << path;
    EXPECT_EQ(db.rows("artifacts"), 6) << path;
  }
  EXPECT_TRUE(has("mine.bin"));
}

const auto kUser = UserId::parse("cccccccc-0000-4000-8000-000000000003");

// Rows of a user in two tenants, and of somebody else.
std::string user_schema() {
  std::string schema = R"(
    CREATE TABLE notifications (id int PRIMARY KEY, tenant_id uuid, user_id uuid);
    CREATE TABLE logs (id int, notification_id int NOT NULL REFERENCES notifications);
    CREATE TABLE orders (id int, tenant_id uuid, created_by uuid);
    CREATE TABLE jobs (id int, tenant_id uuid, created_by varchar(40));
    INSERT INTO notifications VALUES (1, $T, $U), (2, $N, $U), (3, $T, $T);
    INSERT INTO logs VALUES (1, 1), (2, 2), (3, 3);
    INSERT INTO orders VALUES (1, $T, $U), (2, $T, $T);
    INSERT INTO jobs VALUES (1, $T, $U), (2, $T, $U), (3, $N, $U), (4, $T, NULL);)";
  for (auto at = schema.find("$U"); at != std::string::npos; at = schema.find("$U"))
    schema.replace(at, 2, "'" + kUser.str() + "'");
  return schema;
}

estate::TableRule user_rule(const char* table, const char* column, estate::UserAction action) {
  return {.table = table, .user = estate::UserRule{column, action}};
}

// A8
TEST(UserErasure, DeletesNullsOrReplacesAsTheEstateSays) {
  const StoreDatabase db(user_schema());
  auto store = db.store({.tables = {user_rule("notifications", "user_id", estate::UserAction::delete_rows),
                                    user_rule("orders", "created_by", estate::UserAction::set_null),
                                    user_rule("jobs", "created_by", estate::UserAction::pseudonym)}});
  const auto preview = store.preview(kUser, soon());
  EXPECT_EQ(preview.data_counts, (Counts{{"logs", 2}, {"notifications", 2}}));
  EXPECT_EQ(preview.changed_counts, (Counts{{"jobs", 3}, {"orders", 1}}));
  const auto erasure = store.erase({.subject = kUser}, soon(), {});
  EXPECT_EQ(erasure.deleted_counts, preview.data_counts);
  EXPECT_EQ(erasure.changed_counts, preview.changed_counts);
  EXPECT_TRUE(store.verify(kUser, soon()).is_clean());
  EXPECT_EQ(db.value("SELECT string_agg(id::text, ',') FROM notifications"), "3");
  EXPECT_EQ(db.value("SELECT count(*) FROM orders WHERE created_by IS NULL"), "1");
  // The same within a tenant, different between tenants, and of nobody's making without the key.
  EXPECT_EQ(db.value("SELECT count(DISTINCT created_by) FROM jobs WHERE tenant_id = $T"), "1");
  EXPECT_EQ(db.value("SELECT count(DISTINCT created_by) FROM jobs"), "2");
  EXPECT_EQ(db.value("SELECT min(created_by) FROM jobs WHERE tenant_id = $T"),
            store::pseudonym_of(kUser, kTenant.str(), Secret("a key of the tests")));
  EXPECT_NE(store::pseudonym_of(kUser, kTenant.str(), Secret("another key of tests")),
            store::pseudonym_of(kUser, kTenant.str(), Secret("a key of the tests")));
  EXPECT_EQ(store::total_of(store.erase({.subject = kUser}, soon(), {}).changed_counts), 0);
}

TEST(UserErasure, WithoutRulesThereIsNothingToDo) {
  const StoreDatabase db(user_schema());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kUser}, soon(), {}),
            (store::Erasure{.digest = store.erase({.subject = kUser}, soon(), {}).digest}));
  EXPECT_EQ(db.rows("notifications"), 3);
}

}  // namespace
}  // namespace tenure::test
