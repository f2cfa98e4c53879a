#include "schemas/migrations/schema_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

// D4: schemas are worked on by several workers, and one that is locked comes again while the others go on.
namespace tenure::schemas {
namespace {

std::vector<SchemaRecord> schemas(int count) {
  std::vector<SchemaRecord> all;
  for (int at = 0; at < count; ++at) all.push_back({.id = at, .name = std::to_string(at)});
  return all;
}

TEST(SchemaQueue, GivesEachOutOnceInOrder) {
  SchemaQueue queue(schemas(3));
  for (const auto* name : {"0", "1", "2"}) {
    EXPECT_EQ(queue.take({})->schema.name, name);
    queue.finish();
  }
  EXPECT_FALSE(queue.take({}));
}

TEST(SchemaQueue, OneThatIsPutBackComesAgainBehindTheOthers) {
  SchemaQueue queue(schemas(2));
  queue.put_back(*queue.take({}), Milliseconds(1), Milliseconds(1));
  EXPECT_EQ(queue.take({})->schema.name, "1");
  queue.finish();
  const auto again = queue.take({});
  EXPECT_EQ(again->schema.name, "0");
  EXPECT_EQ(again->tries, 1);
}

TEST(SchemaQueue, AClosedOneGivesNothingOutAndKnowsWhatIsLeft) {
  SchemaQueue queue(schemas(3));
  queue.take({});
  queue.close();
  EXPECT_FALSE(queue.take({}));
  EXPECT_EQ(queue.rest().size(), 2U);
}

TEST(SchemaQueue, AStopEndsTheWaitForOneThatIsOut) {
  SchemaQueue queue(schemas(1));
  queue.take({});
  std::stop_source stop;
  std::jthread waiting([&] { EXPECT_FALSE(queue.take(stop.get_token())); });
  stop.request_stop();
}

// A worker that waited for the same time as another found the queue empty, and looked at its first entry all the same.
TEST(SchemaQueue, ManyWorkersMayWaitForTheSameMoment) {
  SchemaQueue queue(schemas(4));
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> workers;
    for (int at = 0; at < 8; ++at) {
      workers.emplace_back([&] {
        while (auto task = queue.take({})) {
          if (task->tries < 20) {
            queue.put_back(*task, Milliseconds(1), Milliseconds(1));
          } else {
            ++done;
            queue.finish();
          }
        }
      });
    }
  }
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace tenure::schemas
