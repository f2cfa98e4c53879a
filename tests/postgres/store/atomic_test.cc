// C5: an erasure in two phases. What is prepared survives its session, changes nothing for others until it is decided
// on, and every question about it has one answer, however often it is asked.
#include <gmock/gmock.h>

#include "store/atomic_store.h"
#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using store::Counts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSchema = R"(
  CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid, favourite int);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
  ALTER TABLE customers ADD FOREIGN KEY (favourite) REFERENCES orders;
  CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
  CREATE TABLE tags (id int PRIMARY KEY, tenant_id uuid, order_id int);
  INSERT INTO customers VALUES (1, $T), (2, $T), (3, $N);
  INSERT INTO orders VALUES (10, 1), (11, 2), (12, 3);
  UPDATE customers SET favourite = id + 9;
  INSERT INTO items VALUES (1, 10), (2, 10), (3, 12);
  INSERT INTO tags VALUES (1, $T, 10), (2, $N, 12);)";

class Atomic : public PostgresStoreTest {
 protected:
  Atomic() {
    job_.key = vault_.key_for(job_.job);
    auto settings = db_.store_settings(
        {.tables = {{.table = "orders", .through = {"customer_id"}}},
         .references = {
             {.from_table = "tags", .from_columns = {"order_id"}, .to_table = "orders", .to_columns = {"id"}}}});
    settings.vault = vault_.vault();
    store_ = std::make_unique<store::PostgresStore>(settings);
  }
  // A prepared transaction would keep the database from being dropped.
  ~Atomic() override {
    for (const auto epoch : atomic().prepared_epochs(job_.job, soon())) {
      auto request = job_.erase_request();
      request.epoch = epoch;
      atomic().roll_back_prepared(request, soon());
    }
  }

  store::AtomicStore& atomic() { return *store_->atomic(); }
  store::Erasure prepare() { return atomic().prepare(job_.erase_request(), soon(), {}); }
  void commit() { atomic().commit_prepared(job_.erase_request(), soon()); }
  void roll_back() { atomic().roll_back_prepared(job_.erase_request(), soon()); }
  std::int64_t rows() const {
    return db_.rows("customers") + db_.rows("orders") + db_.rows("items") + db_.rows("tags");
  }
  std::string bytes() const {
    return db_.bytes_of("customers") + db_.bytes_of("orders") + db_.bytes_of("items") + db_.bytes_of("tags");
  }

  const StoreDatabase db_{kSchema, GetParam()};
  const TestVault vault_;
  ArchivedJob job_;
  std::unique_ptr<store::PostgresStore> store_;
};

TEST_P(Atomic, PreparedIsNotYetSeenAndCommittedIsAnErasureLikeAnyOther) {
  const auto before = bytes();
  const Counts counts{{"customers", 2}, {"items", 2}, {"orders", 2}, {"tags", 1}};
  EXPECT_EQ(prepare().deleted_counts, counts);
  EXPECT_EQ(bytes(), before);
  EXPECT_THAT(atomic().prepared_epochs(job_.job, soon()), ElementsAre(1));
  commit();
  EXPECT_EQ(rows(), 4);
  EXPECT_THAT(atomic().prepared_epochs(job_.job, soon()), IsEmpty());
  const auto replay = store_->erase(job_.erase_request(), soon(), {});
  EXPECT_TRUE(replay.is_replay);
  EXPECT_EQ(replay.deleted_counts, counts);
  const auto again = prepare();
  EXPECT_TRUE(again.is_replay);
  EXPECT_THAT(atomic().prepared_epochs(job_.job, soon()), IsEmpty());
  // No table of the transaction's own is left, and what went is in the archive.
  EXPECT_EQ(db_.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'tenure_%'"), "0");
  EXPECT_EQ(store_->restore(job_.restore_request(), soon(), {}).restored_counts, counts);
  EXPECT_EQ(bytes(), before);
}

TEST_P(Atomic, CommitTwiceIsHarmlessAndKnowsThatItWasCommitted) {
  prepare();
  commit();
  commit();
  EXPECT_EQ(rows(), 4);
  EXPECT_EQ(error_of([&] { roll_back(); }).code(), ErrorCode::conflict);
}

TEST_P(Atomic, RollBackTwiceIsHarmlessAndLeavesEverythingAsItWas) {
  const auto before = bytes();
  roll_back();
  prepare();
  roll_back();
  roll_back();
  EXPECT_EQ(bytes(), before);
  const auto error = error_of([&] { commit(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(text_of(error), HasSubstr("rolled back"));
  // Once more, in one phase, and back.
  store_->erase(job_.erase_request(), soon(), {});
  store_->restore(job_.restore_request(), soon(), {});
  EXPECT_EQ(bytes(), before);
}

// The answer of the first was lost.
TEST_P(Atomic, PreparingAgainUnderTheSameEpochReplacesWhatWasPrepared) {
  prepare();
  EXPECT_EQ(prepare().deleted_counts.at("customers"), 2);
  EXPECT_THAT(atomic().prepared_epochs(job_.job, soon()), ElementsAre(1));
  commit();
  EXPECT_EQ(rows(), 4);
}

// A later owner finds what an earlier one has left, by its epoch; until then its locks keep him out.
TEST_P(Atomic, WhatAnEarlierOwnerLeftIsFoundAndKeepsOthersOutUntilItIsDecidedOn) {
  prepare();
  auto later = job_.erase_request();
  later.epoch = 2;
  const auto blocked = error_of([&] { store_->erase(later, Call::within(Milliseconds(300)), {}); });
  EXPECT_EQ(blocked.code(), ErrorCode::timeout) << blocked.what();
  EXPECT_THAT(atomic().prepared_epochs(job_.job, soon()), ElementsAre(1));
  roll_back();
  EXPECT_EQ(store_->erase(later, soon(), {}).deleted_counts.at("customers"), 2);
}

TEST_P(Atomic, AnotherJobsAndAnotherServicesArePreparedApart) {
  prepare();
  EXPECT_THAT(atomic().prepared_epochs(JobId::random(), soon()), IsEmpty());
  auto settings = db_.store_settings();
  settings.service = "sho";
  store::PostgresStore other(settings);
  EXPECT_THAT(other.prepared_epochs(job_.job, soon()), IsEmpty());
}

TEST_P(Atomic, NeedsAJobAndAKey) {
  EXPECT_EQ(error_of([&] { atomic().prepare({.subject = kTenant, .idempotency_key = "k"}, soon(), {}); }).code(),
            ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { atomic().prepare({.subject = kTenant, .job = job_.job}, soon(), {}); }).code(),
            ErrorCode::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(EveryRole, Atomic, testing::Values(Role::plain, Role::skips_triggers), name_of_role);

TEST(AtomicServer, ThatKeepsNoPreparedTransactionsIsRefusedWithWhatToDo) {
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  auto cluster = pg::EmbeddedCluster::start(
      {.directory = folder.path() / "cluster", .durable = false, .prepared_transactions = 0});
  store::PostgresStore store(
      {.service = "shop", .connection = cluster.database("postgres"), .tenant_column = "tenant_id"});
  const auto error = error_of(
      [&] { store.prepare({.subject = kTenant, .idempotency_key = "k", .job = JobId::random()}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(text_of(error), HasSubstr("max_prepared_transactions"));
}

}  // namespace
}  // namespace tenure::test
