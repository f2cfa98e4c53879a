// C7: what a job has erased comes back from its archive, row for row, or nothing does and it says why; the neighbours
// never change.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "store/postgres/pseudonym.h"
#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using estate::UserAction;
using store::Counts;
using ::testing::HasSubstr;
using ::testing::Not;

/// A database, a store with an archive, and one job.
class Rollback {
 public:
  explicit Rollback(std::string_view schema, Role role = Role::plain, estate::Database rules = {})
      : db(schema, role), store_(settings(std::move(rules))) {
    job.key = vault.key_for(job.job);
  }

  store::Erasure erase() { return store_.erase(job.erase_request(), soon(), {}); }
  store::Restoration restore() { return store_.restore(job.restore_request(), soon(), {}); }
  store::PostgresStore& store() { return store_; }
  /// Over all rows of these tables.
  std::string bytes(std::initializer_list<const char*> tables) const {
    std::string all;
    for (const auto* table : tables) all += db.bytes_of(table) + " ";
    return all;
  }

  const StoreDatabase db;
  const TestVault vault;
  ArchivedJob job;

 private:
  store::PostgresStoreSettings settings(estate::Database rules) const {
    auto settings = db.store_settings(std::move(rules));
    settings.vault = vault.vault();
    return settings;
  }

  store::PostgresStore store_;
};

class Restore : public PostgresStoreTest {};

constexpr std::string_view kShop = R"(
  CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid NOT NULL, referred_by int REFERENCES customers,
                          favourite int);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE);
  ALTER TABLE customers ADD FOREIGN KEY (favourite) REFERENCES orders;
  CREATE TABLE items (order_id int NOT NULL REFERENCES orders, n int, PRIMARY KEY (order_id, n)) PARTITION BY HASH (n);
  CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE notes (tenant_id uuid, text text);
  CREATE TABLE loud_notes (volume int) INHERITS (notes);
  INSERT INTO customers VALUES (1, $T, NULL), (2, $T, 1), (3, $T, 3), (4, $N, NULL), (5, $N, 4);
  INSERT INTO orders VALUES (10, 1), (11, 2), (12, 4);
  UPDATE customers SET favourite = 11 WHERE id = 1;
  UPDATE customers SET favourite = 10 WHERE id = 2;
  UPDATE customers SET favourite = 12 WHERE id = 4;
  INSERT INTO items VALUES (10, 1), (10, 2), (11, 1), (12, 1), (12, 2);
  INSERT INTO notes VALUES ($T, 'twice'), ($T, 'twice'), ($N, 'theirs');
  INSERT INTO loud_notes VALUES ($T, 'loud', 11), ($N, 'theirs', 1);)";

const auto kShopTables = {"customers", "orders", "items", "ONLY notes", "loud_notes"};

TEST_P(Restore, CirclesPartitionsAndInheritedTablesComeBackAndNeighboursStay) {
  Rollback shop(kShop, GetParam(), {.tables = {{.table = "orders", .through = {"customer_id"}}}});
  const auto before = shop.bytes(kShopTables);
  const auto erasure = shop.erase();
  EXPECT_EQ(erasure.deleted_counts,
            (Counts{{"customers", 3}, {"items", 3}, {"loud_notes", 1}, {"notes", 2}, {"orders", 2}}));
  EXPECT_EQ(shop.db.rows("customers"), 2);
  EXPECT_EQ(shop.restore().restored_counts, erasure.deleted_counts);
  EXPECT_EQ(shop.bytes(kShopTables), before);
}

TEST_P(Restore, TheSecondCallGetsTheFirstAnswerAndHasNoEffect) {
  Rollback shop(kShop, GetParam(), {.tables = {{.table = "orders", .through = {"customer_id"}}}});
  shop.erase();
  const auto first = shop.restore();
  EXPECT_FALSE(first.is_replay);
  shop.db.run("DELETE FROM loud_notes");
  auto again = shop.restore();
  EXPECT_TRUE(again.is_replay);
  again.is_replay = false;
  EXPECT_EQ(again, first);
  EXPECT_EQ(shop.db.rows("loud_notes"), 0);
}

constexpr std::string_view kOrders = R"(
  CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, code text UNIQUE);
  CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
  INSERT INTO orders VALUES (1, $T, 'a'), (2, $T, 'b'), (3, $N, 'c');
  INSERT INTO items VALUES (1, 1), (2, 1), (3, 3);)";

TEST_P(Restore, ANewerRowInTheWayIsNamedAndNothingComesBack) {
  for (const auto* newer : {"INSERT INTO orders VALUES (2, $N, 'new')", "INSERT INTO orders VALUES (9, $N, 'b')"}) {
    Rollback shop(kOrders, GetParam());
    shop.erase();
    shop.db.run(newer);
    const auto error = error_of([&] { shop.restore(); });
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(text_of(error), HasSubstr("table public.orders, constraint orders_"));
    EXPECT_EQ(shop.db.rows("orders"), 2) << newer;
    EXPECT_EQ(shop.db.rows("items"), 1) << newer;
    // Out of the way, everything comes back.
    shop.db.run("DELETE FROM orders WHERE id = 9 OR code = 'new'");
    EXPECT_EQ(shop.restore().restored_counts, (Counts{{"items", 2}, {"orders", 2}}));
  }
}

// C5: whoever wakes late with the job's old epoch, or calls again under the job that was rolled back, erases nothing.
TEST_P(Restore, FromThenOnTheJobErasesNoMore) {
  Rollback shop(kOrders, GetParam());
  shop.erase();
  shop.restore();
  EXPECT_EQ(error_of([&] { shop.erase(); }).code(), ErrorCode::conflict);
  auto later = shop.job.erase_request();
  later.epoch = 9;
  const auto error = error_of([&] { shop.store().erase(later, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(text_of(error), HasSubstr("rolled back"));
  EXPECT_EQ(shop.db.rows("orders"), 3);
  // Another job does.
  ArchivedJob next{.epoch = 10};
  next.key = shop.vault.key_for(next.job);
  EXPECT_EQ(shop.store().erase(next.erase_request(), soon(), {}).deleted_counts, (Counts{{"items", 2}, {"orders", 2}}));
}

// The restoration comes first; the order to erase was on its way.
TEST_P(Restore, OfAJobThatHasErasedNothingIsASuccessAndClosesTheDoor) {
  Rollback shop(kOrders, GetParam());
  const auto restoration = shop.restore();
  EXPECT_EQ(restoration, store::Restoration());
  EXPECT_EQ(error_of([&] { shop.erase(); }).code(), ErrorCode::conflict);
  EXPECT_EQ(shop.db.rows("orders"), 3);
}

TEST_P(Restore, WithALowerEpochIsRefused) {
  Rollback shop(kOrders, GetParam());
  shop.job.epoch = 5;
  shop.erase();
  auto request = shop.job.restore_request();
  request.epoch = 4;
  EXPECT_EQ(error_of([&] { shop.store().restore(request, soon(), {}); }).code(), ErrorCode::conflict);
  EXPECT_EQ(shop.db.rows("orders"), 1);
}

TEST_P(Restore, WhatWentWithoutAnArchiveCannotComeBackAndSaysSo) {
  Rollback shop(kOrders, GetParam());
  auto request = shop.job.erase_request();
  request.archive_key.reset();
  shop.store().erase(request, soon(), {});
  const auto error = error_of([&] { shop.restore(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(text_of(error), HasSubstr("without an archive"));
}

TEST_P(Restore, SequencesStayWhereTheyAre) {
  Rollback shop(R"(
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial, tenant_id uuid);
    INSERT INTO orders (tenant_id) VALUES ($T), ($T), ($N);)",
                GetParam());
  const auto before = shop.bytes({"orders"});
  shop.erase();
  shop.db.run("INSERT INTO orders (tenant_id) VALUES ($N); DELETE FROM orders WHERE id = 4");
  shop.restore();
  EXPECT_EQ(shop.bytes({"orders"}), before);
  EXPECT_EQ(shop.db.value("INSERT INTO orders (tenant_id) VALUES ($N) RETURNING id"), "5");
  EXPECT_EQ(shop.db.value("SELECT n FROM orders WHERE id = 5"), "5");
}

TEST_P(Restore, RowsWhoseParentIsGoneStayAwayWithTheWholeRest) {
  Rollback shop(
      R"(
    CREATE TABLE cities (id int PRIMARY KEY);
    CREATE TABLE streets (id int PRIMARY KEY, city_id int REFERENCES cities);
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, city_id int REFERENCES cities);
    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
    INSERT INTO cities VALUES (1), (2);
    INSERT INTO orders VALUES (1, $T, 1), (2, $T, 2), (3, $T, NULL);
    INSERT INTO items VALUES (1, 1);)",
      GetParam(),
      {.tables = {{.table = "cities", .keep_reason = "shared"}, {.table = "streets", .keep_reason = "shared"}}});
  shop.erase();
  shop.db.run("DELETE FROM cities WHERE id = 2");
  const auto error = error_of([&] { shop.restore(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(text_of(error), HasSubstr("orders"));
  EXPECT_EQ(shop.db.rows("orders"), 0);
  EXPECT_EQ(shop.db.rows("items"), 0);
  shop.db.run("INSERT INTO cities VALUES (2)");
  EXPECT_EQ(shop.restore().restored_counts, (Counts{{"items", 1}, {"orders", 3}}));
}

// Somebody deletes the city while the rows come back, and has not committed.
TEST_P(Restore, AParentThatIsJustBeingDeletedIsWaitedFor) {
  Rollback shop(R"(
    CREATE TABLE cities (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, city_id int REFERENCES cities);
    INSERT INTO cities VALUES (1);
    INSERT INTO orders VALUES (1, $T, 1);)",
                GetParam(), {.tables = {{.table = "cities", .keep_reason = "shared"}}});
  shop.erase();
  auto other = shop.db.database().connect();
  other.run_script(pg::Sql::script_from_operator("BEGIN; DELETE FROM cities"));
  const auto error =
      error_of([&] { shop.store().restore(shop.job.restore_request(), Call::within(Milliseconds(500)), {}); });
  EXPECT_EQ(error.code(), ErrorCode::timeout) << error.what();
  other.run_script(pg::Sql::script_from_operator("ROLLBACK"));
  EXPECT_EQ(shop.restore().restored_counts, (Counts{{"orders", 1}}));
}

TEST_P(Restore, RowsOfOthersPointAtThemAgainWhereTheyStillPointAtNothing) {
  Rollback shop(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE notes (tenant_id uuid, id int, order_id int DEFAULT 0, text text, PRIMARY KEY (tenant_id, id));
    INSERT INTO orders VALUES (1, $T), (2, $T), (9, $N);
    ALTER TABLE notes ADD FOREIGN KEY (order_id) REFERENCES orders;
    INSERT INTO notes VALUES ($N, 1, 1, 'a'), ($N, 2, 1, 'b'), ($N, 3, 2, 'c'), ($N, 4, 9, 'd'), ($T, 1, 2, 'mine');)",
                GetParam(), {.outside_rows = {{.table = "notes", .key = "order_id"}}});
  const auto before = shop.bytes({"orders"});
  const auto erasure = shop.erase();
  EXPECT_EQ(erasure.changed_counts, (Counts{{"notes", 3}}));
  EXPECT_EQ(shop.db.value("SELECT count(*) FROM notes WHERE order_id IS NULL"), "3");
  // Between the two, one is pointed elsewhere and one is gone.
  shop.db.run("UPDATE notes SET order_id = 9 WHERE id = 2; DELETE FROM notes WHERE id = 3");
  const auto restoration = shop.restore();
  EXPECT_EQ(restoration.reverted_counts, (Counts{{"notes", 1}}));
  EXPECT_EQ(restoration.restored_counts, (Counts{{"notes", 1}, {"orders", 2}}));
  EXPECT_EQ(shop.db.value("SELECT string_agg(id || '>' || order_id, ' ' ORDER BY tenant_id, id) FROM notes"),
            "1>2 1>1 2>9 4>9");
  EXPECT_EQ(shop.bytes({"orders"}), before);
}

// A8
TEST_P(Restore, AUserComesBackIntoRowsThatStayed) {
  const auto user = UserId::parse("cccccccc-0000-4000-8000-000000000003");
  std::string schema = R"(
    CREATE TABLE jobs (id int PRIMARY KEY, tenant_id uuid, created_by varchar(40));
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, created_by uuid);
    CREATE TABLE members (tenant_id uuid, user_id uuid, since int, PRIMARY KEY (tenant_id, user_id));
    CREATE TABLE mail (id int PRIMARY KEY, tenant_id uuid, user_id uuid);
    INSERT INTO jobs VALUES (1, $T, $U), (2, $N, $U), (3, NULL, $U), (4, $T, 'somebody');
    INSERT INTO orders VALUES (1, $T, $U), (2, $T, NULL);
    INSERT INTO members VALUES ($T, $U, 1), ($N, $U, 2);
    INSERT INTO mail VALUES (1, $T, $U), (2, $T, $T);)";
  for (auto at = schema.find("$U"); at != std::string::npos; at = schema.find("$U"))
    schema.replace(at, 2, "'" + user.str() + "'");
  const auto rule = [](const char* table, const char* column, UserAction action) {
    return estate::TableRule{.table = table, .user = estate::UserRule{column, action}};
  };
  // In members the user is part of the key.
  Rollback shop(
      schema, GetParam(),
      {.tables = {rule("jobs", "created_by", UserAction::pseudonym), rule("members", "user_id", UserAction::pseudonym),
                  rule("orders", "created_by", UserAction::set_null),
                  rule("mail", "user_id", UserAction::delete_rows)}});
  shop.job.subject = user;
  const auto before = shop.bytes({"jobs", "orders", "members", "mail"});
  const auto erasure = shop.erase();
  EXPECT_EQ(erasure.changed_counts, (Counts{{"jobs", 3}, {"members", 2}, {"orders", 1}}));
  EXPECT_TRUE(shop.store().verify(user, soon()).is_clean());
  const auto restoration = shop.restore();
  EXPECT_EQ(restoration.reverted_counts, erasure.changed_counts);
  EXPECT_EQ(restoration.restored_counts, (Counts{{"mail", 1}}));
  EXPECT_EQ(shop.bytes({"jobs", "orders", "members", "mail"}), before);
}

TEST_P(Restore, RowsThatChangeWithoutAKeyToFindThemByAreNotErasedIntoAnArchive) {
  Rollback shop(R"(CREATE TABLE logs (tenant_id uuid, user_id uuid); INSERT INTO logs VALUES ($T, $T);)", GetParam(),
                {.tables = {{.table = "logs", .user = estate::UserRule{"user_id", UserAction::set_null}}}});
  shop.job.subject = UserId(kTenant.uuid());
  const auto error = error_of([&] { shop.erase(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(text_of(error), HasSubstr("logs: rows that are changed and stay"));
  EXPECT_EQ(shop.db.value("SELECT count(user_id) FROM logs"), "1");
}

TEST_P(Restore, MaterialisedViewsShowTheRowsAgain) {
  Rollback shop(std::string(kOrders) +
                    "CREATE MATERIALIZED VIEW codes AS SELECT code FROM orders;"
                    "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM codes;",
                GetParam());
  if (GetParam() == Role::plain) {
    shop.db.run("ALTER MATERIALIZED VIEW codes OWNER TO service; ALTER MATERIALIZED VIEW counted OWNER TO service");
  }
  shop.erase();
  EXPECT_EQ(shop.db.value("SELECT * FROM counted"), "1");
  shop.restore();
  EXPECT_EQ(shop.db.value("SELECT * FROM counted"), "3");
}

TEST_P(Restore, AColumnAddedSinceTakesItsDefaultAndOneDroppedSinceIsAConflict) {
  Rollback shop(kOrders, GetParam());
  shop.erase();
  shop.db.run(
      "ALTER TABLE items DROP COLUMN order_id CASCADE; ALTER TABLE orders ADD COLUMN colour text DEFAULT 'red'");
  const auto error = error_of([&] { shop.restore(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
  EXPECT_THAT(text_of(error), HasSubstr("order_id"));
  shop.db.run("ALTER TABLE items ADD COLUMN order_id int REFERENCES orders");
  shop.restore();
  EXPECT_EQ(shop.db.value("SELECT colour FROM orders WHERE id = 1"), "red");
  EXPECT_EQ(shop.db.value("SELECT count(*) FROM items WHERE order_id = 1"), "2");
}

// A rule that was added since would refuse to erase; what is archived comes back by what the archive says.
TEST_P(Restore, NeedsNoPlan) {
  Rollback shop(kOrders, GetParam());
  const auto before = shop.bytes({"orders", "items"});
  shop.erase();
  shop.db.run("CREATE TABLE unaccounted (id int)");
  EXPECT_EQ(error_of([&] { shop.store().plan(SubjectKind::tenant, soon()); }).code(), ErrorCode::refused);
  shop.restore();
  EXPECT_EQ(shop.bytes({"orders", "items"}), before);
}

TEST_P(Restore, AnAlteredArchiveIsCorruptAndNothingComesBack) {
  Rollback shop(kOrders, GetParam());
  shop.erase();
  const auto file = shop.vault.file_of(shop.job.job);
  const auto size = std::filesystem::file_size(file);
  for (const auto at : {size / 2, size - 10}) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(stream.get() ^ 0x20);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
    stream.close();
    EXPECT_EQ(error_of([&] { shop.restore(); }).code(), ErrorCode::corrupt) << at;
    EXPECT_EQ(shop.db.rows("orders"), 1);
    std::fstream again(file, std::ios::in | std::ios::out | std::ios::binary);
    again.seekp(static_cast<std::streamoff>(at));
    again.put(static_cast<char>(byte ^ 0x20));
  }
  EXPECT_EQ(shop.restore().restored_counts, (Counts{{"items", 2}, {"orders", 2}}));
}

TEST_P(Restore, AnArchiveThatIsGoneIsAClearErrorAndTheRowsStayAway) {
  Rollback shop(kOrders, GetParam());
  shop.erase();
  std::filesystem::remove(shop.vault.file_of(shop.job.job));
  const auto code = error_of([&] { shop.restore(); }).code();
  EXPECT_TRUE(code == ErrorCode::not_found || code == ErrorCode::corrupt);
  EXPECT_EQ(shop.db.rows("orders"), 1);
}

// What an erasure wrote that was rolled back lies behind the mark; it is cut off, and never comes back.
TEST_P(Restore, WhatARolledBackErasureLeftInTheFileIsNotPartOfIt) {
  Rollback shop(std::string(kOrders) +
                    "CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid, order_id int REFERENCES orders);"
                    "INSERT INTO notes VALUES (1, $N, 1);",
                GetParam());
  const auto refused = error_of([&] { shop.erase(); });
  EXPECT_EQ(refused.code(), ErrorCode::refused) << refused.what();
  shop.db.run("UPDATE notes SET order_id = 3; UPDATE orders SET code = 'changed' WHERE id = 1");
  const auto before = shop.bytes({"orders", "items", "notes"});
  shop.erase();
  shop.restore();
  EXPECT_EQ(shop.bytes({"orders", "items", "notes"}), before);
}

TEST_P(Restore, AnArchiveThatCannotBeWrittenStopsTheErasureBeforeARowGoes) {
  Rollback shop(kOrders, GetParam());
  std::filesystem::remove_all(shop.vault.file_of(shop.job.job).parent_path().parent_path());
  const auto error = error_of([&] { shop.erase(); });
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(shop.db.rows("orders"), 3);
}

INSTANTIATE_TEST_SUITE_P(EveryRole, Restore, testing::Values(Role::plain, Role::skips_triggers), name_of_role);

TEST(RestoreOrders, AnArchiveBelongsToAJobAndToAnEstateThatHasOne) {
  Rollback shop(kOrders);
  auto request = shop.job.erase_request();
  request.job.reset();
  EXPECT_EQ(error_of([&] { shop.store().erase(request, soon(), {}); }).code(), ErrorCode::invalid_argument);
  auto without = shop.db.store();
  EXPECT_FALSE(without.can_archive());
  EXPECT_TRUE(shop.store().can_archive());
  EXPECT_EQ(error_of([&] { without.erase(shop.job.erase_request(), soon(), {}); }).code(), ErrorCode::refused);
  EXPECT_EQ(error_of([&] { without.restore(shop.job.restore_request(), soon(), {}); }).code(), ErrorCode::refused);
  EXPECT_EQ(shop.db.rows("orders"), 3);
}

TEST(RestoreOrders, AJobHasOneSubject) {
  Rollback shop(kOrders);
  shop.erase();
  auto request = shop.job.erase_request();
  request.subject = kNeighbour;
  request.idempotency_key = "another";
  EXPECT_EQ(error_of([&] { shop.store().erase(request, soon(), {}); }).code(), ErrorCode::conflict);
  EXPECT_EQ(shop.db.rows("orders"), 1);
}

constexpr std::string_view kTriggers = R"(
  CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, touched int DEFAULT 0);
  CREATE TABLE outbox (id serial, what text);
  CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN $BODY; RETURN NEW; END $f$;
  CREATE TRIGGER fire $WHEN INSERT ON orders FOR EACH ROW EXECUTE FUNCTION fire();
  INSERT INTO orders VALUES (1, $T), (2, $T), (3, $N);
  DELETE FROM outbox; UPDATE orders SET touched = 0;)";

std::string triggers(const std::string& when, const std::string& body) {
  std::string schema(kTriggers);
  schema.replace(schema.find("$BODY"), 5, body);
  schema.replace(schema.find("$WHEN"), 5, when);
  return schema;
}

const estate::Database kKeepOutbox{.tables = {{.table = "outbox", .keep_reason = "of all tenants"}}};

estate::Database fire_rule() {
  auto rules = kKeepOutbox;
  rules.triggers = {{.table = "orders", .trigger = "fire", .skip = false}};
  return rules;
}

TEST(RestoreTriggers, DoNotFireWhereTheRoleMayLeaveThemOut) {
  Rollback shop(triggers("AFTER", "INSERT INTO outbox (what) VALUES ('new order')"), Role::skips_triggers, kKeepOutbox);
  shop.erase();
  shop.restore();
  EXPECT_EQ(shop.db.rows("orders"), 3);
  EXPECT_EQ(shop.db.rows("outbox"), 0);
}

TEST(RestoreTriggers, ThatWouldFireForAPlainRoleStopTheErasureBeforeARowGoes) {
  Rollback shop(triggers("AFTER", "INSERT INTO outbox (what) VALUES ('new order')"), Role::plain, kKeepOutbox);
  const auto error = error_of([&] { shop.erase(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(text_of(error), HasSubstr("{trigger: orders.fire, action: fire}"));
  EXPECT_EQ(shop.db.rows("orders"), 3);
  // Without an archive nothing has to come back.
  auto request = shop.job.erase_request();
  request.archive_key.reset();
  EXPECT_EQ(shop.store().erase(request, soon(), {}).deleted_counts, (Counts{{"orders", 2}}));
}

TEST(RestoreTriggers, ThatMayFireAndChangeNothingAreFine) {
  Rollback shop(triggers("BEFORE", "NEW.touched := coalesce(NEW.touched, 7)"), Role::plain, fire_rule());
  const auto before = shop.bytes({"orders"});
  shop.erase();
  shop.restore();
  EXPECT_EQ(shop.bytes({"orders"}), before);
}

TEST(RestoreTriggers, ThatChangeTheRowsOrOthersAreAConflictAndNothingComesBack) {
  for (const auto& [when, body] : std::map<std::string, std::string>{
           {"BEFORE", "NEW.touched := NEW.touched + 1"}, {"AFTER", "INSERT INTO outbox (what) VALUES ('new order')"}}) {
    Rollback shop(triggers(when, body), Role::plain, fire_rule());
    const auto before = shop.bytes({"orders"});
    shop.erase();
    const auto error = error_of([&] { shop.restore(); });
    EXPECT_EQ(error.code(), ErrorCode::conflict) << when;
    EXPECT_THAT(text_of(error), HasSubstr("trigger")) << when;
    EXPECT_EQ(shop.db.rows("orders"), 1) << when;
    EXPECT_EQ(shop.db.rows("outbox"), 0) << when;
    // The operator leaves it out until the rows are back.
    shop.db.run("ALTER TABLE orders DISABLE TRIGGER fire");
    shop.restore();
    EXPECT_EQ(shop.bytes({"orders"}), before) << when;
  }
}

TEST(RestoreTriggers, ThatKeepRowsOutAreAConflict) {
  Rollback shop(triggers("BEFORE", "IF NEW.id = 2 THEN RETURN NULL; END IF"), Role::plain, fire_rule());
  shop.db.run("INSERT INTO orders SELECT 5, $T");
  shop.db.run(
      "ALTER TABLE orders DISABLE TRIGGER fire; INSERT INTO orders VALUES (2, $T); ALTER TABLE orders ENABLE TRIGGER "
      "fire");
  shop.erase();
  EXPECT_EQ(error_of([&] { shop.restore(); }).code(), ErrorCode::conflict);
  EXPECT_EQ(shop.db.rows("orders"), 1);
}

}  // namespace
}  // namespace tenure::test
