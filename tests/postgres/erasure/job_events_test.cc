// C3, C11: one event a change of a job's state, in the outbox if and only if the change is.
#include "erasure/job_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "events/outbox.h"
#include "jobs/job_control.h"
#include "jobs/job_store.h"
#include "tests/support/database.h"

namespace tenure::erasure {
namespace {

using nlohmann::json;

class JobEventsTest : public ::testing::Test {
 protected:
  JobEventsTest() {
    auto session = db_.connect();
    jobs::install_schema(session);
    events::install_schema(session);
  }
  std::vector<events::Event> published() {
    std::vector<events::Event> events;
    events::ListenerTransport listener([&](const events::Delivery& delivery) { events.push_back(delivery.event); });
    events::OutboxRelay(pool_, listener).deliver_pending({});
    return events;
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 4};
  jobs::JobStore jobs_{pool_, publish_transition};
  jobs::JobControl control_{pool_, publish_transition};
};

TEST_F(JobEventsTest, EveryChangeIsInTheOutboxOnce) {
  const TenantId tenant = TenantId::random();
  const auto lease = jobs_.enqueue_leased({.subject = tenant, .services = {"orders"}}, "me", Milliseconds(60000));
  jobs_.finish(lease, jobs::JobState::running, jobs::JobState::failed, {"orders: no"});
  const auto events = published();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].topic, "deletion_job.pending");
  EXPECT_EQ(json::parse(events[0].payload), json({{"job_id", lease.job.str()},
                                                  {"tenant_id", tenant.str()},
                                                  {"from", nullptr},
                                                  {"to", "pending"},
                                                  {"epoch", 0}}));
  EXPECT_EQ(events[1].topic, "deletion_job.running");
  EXPECT_EQ(events[2].topic, "deletion_job.failed");
  EXPECT_EQ(json::parse(events[2].payload), json({{"job_id", lease.job.str()},
                                                  {"tenant_id", tenant.str()},
                                                  {"from", "running"},
                                                  {"to", "failed"},
                                                  {"epoch", 1}}));
}

TEST_F(JobEventsTest, EventOfAUsersJobNamesTheUser) {
  const UserId user = UserId::random();
  control_.cancel(jobs_.enqueue({.subject = user, .services = {"orders"}}), jobs::Actor::command());
  const auto events = published();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(json::parse(events[1].payload).at("user_id"), user.str());
  EXPECT_FALSE(json::parse(events[1].payload).contains("tenant_id"));
}

TEST_F(JobEventsTest, RefusedChangeIsNotPublished) {
  const auto lease =
      jobs_.enqueue_leased({.subject = TenantId::random(), .services = {"orders"}}, "me", Milliseconds(60000));
  published();
  EXPECT_THROW(jobs_.finish({lease.job, lease.epoch + 1}, jobs::JobState::running, jobs::JobState::failed, {"x"}),
               Error);
  EXPECT_TRUE(published().empty());
}

}  // namespace
}  // namespace tenure::erasure
