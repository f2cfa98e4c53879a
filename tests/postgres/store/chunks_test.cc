// C8, A7, C5: a large tenant goes in chunks, each committed with its counts, so that whoever goes on ends with exact
// ones; what can be refused is refused before the first; the neighbours never change.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using store::Counts;
using pg::operator""_sql;
using ::testing::HasSubstr;

constexpr const char* kTables[] = {"customers", "orders", "items", "notes", "audit_logs"};

// 20 orders with 60 items, in chunks of four; the neighbour's rows lie between.
constexpr std::string_view kShop = R"(
  CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, note text);
  CREATE TABLE items (order_id int NOT NULL REFERENCES orders, n int, PRIMARY KEY (order_id, n)) PARTITION BY HASH (n);
  CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE notes (tenant_id uuid, text text);
  CREATE TABLE audit_logs (tenant_id uuid, what text);
  INSERT INTO customers VALUES (1, $T), (2, $N), (3, $T);
  INSERT INTO orders SELECT n, 1 + n % 2 FROM generate_series(1, 40) AS n;
  INSERT INTO items SELECT o, n FROM generate_series(1, 40) AS o, generate_series(1, 3) AS n;
  INSERT INTO notes SELECT CASE WHEN n % 3 = 0 THEN $N::uuid ELSE $T::uuid END, n % 5 FROM generate_series(1, 30) AS n;
  INSERT INTO audit_logs VALUES ($T, 'in'), ($N, 'in');)";

const Counts kAll{{"audit_logs", 1}, {"customers", 2}, {"items", 60}, {"notes", 20}, {"orders", 20}};

class Shop {
 public:
  explicit Shop(Role role, std::string_view schema = kShop, estate::Database rules = {}, std::int64_t chunk_rows = 4)
      : db(schema, role), store_(settings(std::move(rules), chunk_rows)) {
    job.key = vault.key_for(job.job);
  }

  store::Erasure erase(const store::ProgressSink& progress = {}) {
    return store_.erase(job.erase_request(), soon(), progress);
  }
  store::Erasure erase_unarchived(const store::ProgressSink& progress = {}) {
    auto request = job.erase_request();
    request.archive_key.reset();
    return store_.erase(request, soon(), progress);
  }
  store::Restoration restore() { return store_.restore(job.restore_request(), soon(), {}); }
  store::PostgresStore& store() { return store_; }
  std::string bytes(std::string_view where = "true") const {
    std::string all;
    for (const auto* table : kTables) all += db.bytes_of(table, where) + " ";
    return all;
  }
  std::string neighbours_bytes() const {
    return db.bytes_of("customers", "tenant_id = " + StoreDatabase::filled("$N")) +
           db.bytes_of("orders", "customer_id = 2") +
           db.bytes_of("items", "order_id IN (SELECT id FROM orders WHERE customer_id = 2)") +
           db.bytes_of("notes", "tenant_id = " + StoreDatabase::filled("$N"));
  }

  const StoreDatabase db;
  const TestVault vault;
  ArchivedJob job;

 private:
  store::PostgresStoreSettings settings(estate::Database rules, std::int64_t chunk_rows) const {
    auto settings = db.store_settings(std::move(rules));
    settings.vault = vault.vault();
    settings.chunks = store::ChunkRules{.rows = chunk_rows, .throttle = {}};
    return settings;
  }

  store::PostgresStore store_;
};

/// Stops an erasure from outside after so many of its transactions have committed.
store::ProgressSink failing_after(int transactions) {
  return [left = transactions](const Counts&) mutable {
    if (--left == 0) throw Error(ErrorCode::unavailable, "the test stops it here", Retry::later);
  };
}

constexpr std::string_view kLabels =
    "CREATE TABLE labels (tenant_id uuid NOT NULL, order_id int REFERENCES orders ON DELETE CASCADE);";

class Chunks : public PostgresStoreTest {};

TEST_P(Chunks, AreTransactionsOfTheirOwnWhoseCountsAddUpAndNeighboursStay) {
  Shop shop(GetParam());
  const auto neighbours = shop.neighbours_bytes();
  auto other = shop.db.database().connect();
  int committed = 0;
  const auto erasure = shop.erase([&](const Counts& counts) {
    const auto at = counts.find("items");
    if (at == counts.end() || other.exec("SELECT count(*) FROM orders"_sql).int64(0, 0) < 40) return;
    // Another session sees what the counts say.
    EXPECT_EQ(other.exec("SELECT count(*) FROM items"_sql).int64(0, 0), 120 - at->second);
    ++committed;
  });
  EXPECT_GE(committed, 15);
  EXPECT_EQ(erasure.deleted_counts, kAll);
  EXPECT_EQ(shop.neighbours_bytes(), neighbours);
  EXPECT_TRUE(shop.store().verify(kTenant, soon()).is_clean());
  EXPECT_EQ(shop.db.rows("tenure.erasure_progress"), 0);
  auto again = shop.erase();
  EXPECT_TRUE(again.is_replay);
  EXPECT_EQ(again.deleted_counts, kAll);
}

TEST_P(Chunks, WhoeverGoesOnAfterAFailureInTheMiddleEndsWithExactCounts) {
  for (const int transactions : {1, 2, 9, 17, 21, 25}) {
    Shop shop(GetParam());
    const auto neighbours = shop.neighbours_bytes();
    EXPECT_EQ(error_of([&] { shop.erase(failing_after(transactions)); }).code(), ErrorCode::unavailable);
    EXPECT_LT(shop.db.rows("items"), 120);
    EXPECT_EQ(shop.db.rows("tenure.receipts"), 0);
    EXPECT_EQ(shop.erase().deleted_counts, kAll) << "after " << transactions;
    EXPECT_EQ(shop.neighbours_bytes(), neighbours);
  }
}

TEST_P(Chunks, OfAPartlyDoneErasureComeBackExactly) {
  for (const int transactions : {1, 9, 17, 25}) {
    Shop shop(GetParam());
    const auto before = shop.bytes();
    Counts counted;
    auto stop = failing_after(transactions);
    error_of([&] {
      shop.erase([&](const Counts& counts) {
        counted = counts;
        stop(counts);
      });
    });
    EXPECT_NE(shop.bytes(), before);
    EXPECT_EQ(shop.restore().restored_counts, counted) << "after " << transactions;
    EXPECT_EQ(shop.bytes(), before);
    EXPECT_EQ(shop.db.rows("tenure.erasure_progress"), 0);
  }
}

TEST_P(Chunks, AndALaterCallComeBackTogether) {
  Shop shop(GetParam());
  const auto before = shop.bytes();
  error_of([&] { shop.erase(failing_after(7)); });
  shop.erase();
  EXPECT_EQ(shop.restore().restored_counts, kAll);
  EXPECT_EQ(shop.bytes(), before);
}

TEST_P(Chunks, ThatNoArchiveHoldsCannotComeBackAndAreNotSaidTo) {
  Shop shop(GetParam());
  error_of([&] { shop.erase_unarchived(failing_after(3)); });
  EXPECT_EQ(error_of([&] { shop.restore(); }).code(), ErrorCode::refused);
}

TEST_P(Chunks, RowsOfOthersUnderTheTenantsAreRefusedBeforeTheFirst) {
  Shop shop(GetParam(), std::string(kShop) +
                            "CREATE TABLE labels (tenant_id uuid NOT NULL, order_id int REFERENCES "
                            "orders ON DELETE CASCADE); INSERT INTO labels VALUES ($N, 40);");
  const auto before = shop.bytes();
  const auto error = error_of([&] { shop.erase(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(text_of(error), HasSubstr("labels.order_id: 1 rows"));
  EXPECT_EQ(shop.bytes(), before);
  EXPECT_EQ(shop.db.rows("labels"), 1);
  EXPECT_EQ(shop.db.rows("tenure.erasure_progress"), 0);
}

/// Once the rows of others are out of the way.
void expect_the_rest_goes_and_all_comes_back(Shop& shop, const std::string& before) {
  shop.db.run("DELETE FROM labels");
  auto all = kAll;
  all["labels"] = 0;
  EXPECT_EQ(shop.erase().deleted_counts, all);
  EXPECT_EQ(shop.restore().restored_counts, kAll);
  EXPECT_EQ(shop.bytes(), before);
}

TEST_P(Chunks, RowsOfOthersThatComeInTheMiddleStopThemAndTheRestGoesOnceTheyAreGone) {
  Shop shop(GetParam());
  const auto before = shop.bytes();
  bool has_come = false;
  const auto error = error_of([&] {
    shop.erase([&](const Counts& counts) {
      if (has_come || counts.at("items") < 60) return;
      has_come = true;
      shop.db.run(
          "CREATE TABLE labels (tenant_id uuid NOT NULL, order_id int REFERENCES orders); GRANT ALL ON labels TO "
          "public; INSERT INTO labels VALUES ($N, 40)");
    });
  });
  // A table that came in the middle is a plan that no longer holds; the next one sees it.
  EXPECT_EQ(error.code(), ErrorCode::stale);
  EXPECT_EQ(error_of([&] { shop.erase(); }).code(), ErrorCode::refused);
  EXPECT_EQ(shop.db.rows("orders"), 40);
  expect_the_rest_goes_and_all_comes_back(shop, before);
}

// The chunk that meets it is rolled back, and what it has put into the archive is cut off.
TEST_P(Chunks, ARowOfOthersThatComesInTheMiddleIsRefusedAndNothingOfItsChunkStays) {
  Shop shop(GetParam(), std::string(kShop) + std::string(kLabels));
  const auto before = shop.bytes();
  bool has_come = false;
  const auto error = error_of([&] {
    shop.erase([&](const Counts& counts) {
      const auto at = counts.find("orders");
      if (has_come || at == counts.end() || at->second < 8) return;
      has_come = true;
      shop.db.run("INSERT INTO labels VALUES ($N, 36)");
    });
  });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_EQ(shop.db.rows("labels"), 1);
  EXPECT_GT(shop.db.rows("orders"), 20);
  expect_the_rest_goes_and_all_comes_back(shop, before);
}

constexpr std::string_view kModels = R"(
  CREATE TABLE models (id int PRIMARY KEY, tenant_id uuid NOT NULL, path text);
  INSERT INTO models SELECT n, $T, 'model' || n / 2 FROM generate_series(1, 20) AS n;)";

TEST_P(Chunks, APathOutOfItsRootIsRefusedBeforeTheFirst) {
  const TemporaryFolder root;
  Shop shop(GetParam(), std::string(kShop) + std::string(kModels) + "UPDATE models SET path = '../etc' WHERE id = 20;",
            {.tables = {{.table = "models", .files = estate::FilesRule{"path", root.path()}}}});
  const auto before = shop.bytes();
  EXPECT_EQ(error_of([&] { shop.erase(); }).code(), ErrorCode::refused);
  EXPECT_EQ(shop.bytes(), before);
  EXPECT_EQ(shop.db.rows("models"), 20);
}

TEST_P(Chunks, AFileThatRowsOfTwoChunksNameCountsOnce) {
  const TemporaryFolder root;
  Shop shop(GetParam(), std::string(kShop) + std::string(kModels),
            {.tables = {{.table = "models", .files = estate::FilesRule{"path", root.path()}}}});
  for (int file = 0; file <= 10; ++file) std::ofstream(root.path() / fmt::format("model{}", file)) << file;
  auto all = kAll;
  all["models"] = 20;
  all["models.path"] = 11;
  error_of([&] { shop.erase(failing_after(20)); });
  EXPECT_EQ(shop.erase().deleted_counts, all);
  EXPECT_TRUE(std::filesystem::is_empty(root.path()));
  shop.restore();
  EXPECT_EQ(shop.db.rows("models"), 20);
  EXPECT_TRUE(std::filesystem::exists(root.path() / "model7"));
}

TEST_P(Chunks, AStaleEpochInTheMiddleStopsThemAndChangesNoMore) {
  Shop shop(GetParam());
  std::int64_t left = 0;
  int transactions = 0;
  const auto error = error_of([&] {
    shop.erase([&](const Counts&) {
      if (++transactions != 5) return;
      shop.db.run("UPDATE tenure.fences SET epoch = 7");
      left = shop.db.rows("items");
    });
  });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(transactions, 5);
  EXPECT_EQ(shop.db.rows("items"), left);
  shop.job.epoch = 7;
  EXPECT_EQ(shop.erase().deleted_counts, kAll);
}

TEST_P(Chunks, StopBetweenTwoWhenAskedToAndGoOnLater) {
  Shop shop(GetParam());
  std::stop_source source;
  int transactions = 0;
  const auto error = error_of([&] {
    shop.store().erase(shop.job.erase_request(), {.deadline = soon().deadline, .stop = source.get_token()},
                       [&](const Counts&) {
                         if (++transactions == 3) source.request_stop();
                       });
  });
  EXPECT_EQ(error.code(), ErrorCode::unfinished);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(transactions, 3);
  EXPECT_NE(shop.db.value("SELECT cursors ->> 'items' FROM tenure.erasure_progress"), "");
  EXPECT_EQ(shop.erase().deleted_counts, kAll);
}

// Behind the place where the chunks are, under a row that is still there.
TEST_P(Chunks, RowsThatComeLateGoAndAreCounted) {
  Shop shop(GetParam());
  bool is_late = false;
  const auto erasure = shop.erase([&](const Counts& counts) {
    if (is_late || counts.at("items") < 60) return;
    is_late = true;
    shop.db.run("INSERT INTO items VALUES (40, 9); INSERT INTO notes VALUES ($T, 'late')");
  });
  auto all = kAll;
  all["items"] += 1;
  all["notes"] += 1;
  EXPECT_EQ(erasure.deleted_counts, all);
  EXPECT_TRUE(shop.store().verify(kTenant, soon()).is_clean());
}

constexpr std::string_view kCircles = R"(
  CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid NOT NULL, parent_id int REFERENCES customers,
                          last_order int);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
  ALTER TABLE customers ADD FOREIGN KEY (last_order) REFERENCES orders;
  CREATE TABLE items (order_id int REFERENCES orders, tenant_id uuid);
  CREATE TABLE notes (tenant_id uuid, id int PRIMARY KEY, parent_id int REFERENCES notes ON DELETE CASCADE);
  CREATE TABLE audit_logs (tenant_id uuid);
  INSERT INTO customers SELECT n, CASE WHEN n <= 30 THEN $T::uuid ELSE $N::uuid END, NULLIF(n / 2, 0)
    FROM generate_series(1, 30) AS n;
  INSERT INTO customers VALUES (31, $N, NULL), (32, $N, 31);
  INSERT INTO orders SELECT n, n FROM generate_series(1, 32) AS n;
  UPDATE customers SET last_order = id WHERE id % 5 = 1;
  INSERT INTO notes SELECT $T, n, NULLIF(n - 1, 0) FROM generate_series(1, 30) AS n;
  INSERT INTO notes VALUES ($N, 31, NULL), ($N, 32, 31);)";

// Some are leaves, some point at each other and go in one statement; a chain has one leaf at a time.
TEST_P(Chunks, RowsThatPointAtEachOtherGoAndComeBack) {
  for (const int stop_after : {0, 2, 4, 6}) {
    Shop shop(GetParam(), kCircles, {.tables = {{.table = "orders", .through = {"customer_id"}}}});
    const auto before = shop.bytes();
    if (stop_after > 0) error_of([&] { shop.erase(failing_after(stop_after)); });
    EXPECT_EQ(shop.erase().deleted_counts,
              (Counts{{"audit_logs", 0}, {"customers", 30}, {"items", 0}, {"notes", 30}, {"orders", 30}}));
    EXPECT_EQ(shop.db.rows("customers"), 2);
    EXPECT_EQ(shop.db.rows("notes"), 2);
    shop.restore();
    EXPECT_EQ(shop.bytes(), before);
  }
}

TEST_P(Chunks, ASmallTenantBesideALargeOneGoesInOneTransaction) {
  Shop shop(GetParam(), kShop, {}, 60);
  int transactions = 0;
  shop.erase([&](const Counts&) { ++transactions; });
  EXPECT_EQ(transactions, 5);  // one report a step, and no more
}

INSTANTIATE_TEST_SUITE_P(Roles, Chunks, testing::Values(Role::plain, Role::skips_triggers), name_of_role);

}  // namespace
}  // namespace tenure::test
