// C8, issue 4: what a chunk sees of those that it makes wait.
#include "store/postgres/server_load.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/postgres/store/standby.h"
#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using pg::operator""_sql;

TEST(ServerLoad, WhoWaitsForALockOfThisSessionIsSeenAndWhoWaitsForAnotherIsNot) {
  const StoreDatabase db("CREATE TABLE orders (id int)");
  auto holder = db.database().connect();
  auto other = db.database().connect();
  auto waiting = db.database().connect();
  holder.exec("BEGIN"_sql);
  EXPECT_EQ(store::measure_lock_wait(holder), Milliseconds(0));
  holder.exec("LOCK TABLE orders"_sql);
  std::thread waiter([&] { waiting.exec("SELECT count(*) FROM orders"_sql); });
  const auto deadline = soon().deadline;
  Milliseconds waited{0};
  while (waited.count() == 0 && !deadline.has_passed()) waited = store::measure_lock_wait(holder);
  EXPECT_GT(waited.count(), 0);
  EXPECT_EQ(store::measure_lock_wait(other), Milliseconds(0));
  holder.exec("ROLLBACK"_sql);
  waiter.join();
  EXPECT_EQ(store::measure_lock_wait(holder), Milliseconds(0));
}

TEST(ServerLoad, AnotherClientCountsWhileItWorksAndASessionOfOursDoesNot) {
  const StoreDatabase db("CREATE TABLE orders (id int)");
  const auto settings = db.database().settings();
  auto ours = pg::Connection::open(settings);
  EXPECT_FALSE(store::measure_server_load(ours).has_others);
  auto busy = pg::Connection::open(settings.with("application_name", "shop"));
  busy.exec("SELECT count(*) FROM orders"_sql);
  EXPECT_TRUE(store::measure_server_load(ours).has_others);
}

// Who may not see what others do takes them to be at work.
TEST(ServerLoad, ASessionThatThisRoleMayNotSeeCountsAsWork) {
  const StoreDatabase db("CREATE TABLE orders (id int)");
  const auto role = db.database().name() + "_blind";
  db.database().run("CREATE ROLE " + role + " LOGIN");
  {
    auto blind = pg::Connection::open(db.database().settings().with("user", role));
    auto idle = pg::Connection::open(db.database().settings().with("application_name", "shop"));
    EXPECT_TRUE(store::measure_server_load(blind).has_others);
  }
  db.database().run("DROP ROLE " + role);
}

TEST(ServerLoad, AStandbyThatStopsApplyingIsBehindAndOneThatHasCaughtUpIsNot) {
  const StoreDatabase db("CREATE TABLE orders (id int)");
  auto connection = db.database().connect();
  EXPECT_EQ(store::measure_server_load(connection).replication_lag, Milliseconds(0));
  const Standby standby;
  auto replica = pg::Connection::open(standby.settings());
  replica.exec("SELECT pg_wal_replay_pause()"_sql);
  const auto until = [&](const auto& is_seen) {
    for (const auto deadline = soon().deadline; !deadline.has_passed();) {
      // What it has flushed, it says at once.
      connection.exec("INSERT INTO orders VALUES (1)"_sql);
      if (is_seen(store::measure_server_load(connection).replication_lag)) return true;
    }
    return false;
  };
  EXPECT_TRUE(until([](Milliseconds lag) { return lag > Milliseconds(500); }));
  replica.exec("SELECT pg_wal_replay_resume()"_sql);
  EXPECT_TRUE(until([](Milliseconds lag) { return lag < Milliseconds(100); }));
}

}  // namespace
}  // namespace tenure::test
