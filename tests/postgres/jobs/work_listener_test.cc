// C5: a job is looked for as soon as it is there; NOTIFY is a hint that may get lost.
#include "jobs/work_listener.h"

#include <condition_variable>

#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

class WorkListenerTest : public JobStoreTest {
 protected:
  void hear() {
    const std::lock_guard lock(heard_mutex_);
    ++heard_;
    changed_.notify_all();
  }
  int heard() {
    const std::lock_guard lock(heard_mutex_);
    return heard_;
  }
  /// Waits until more than `seen` were heard.
  bool hears_more_than(int seen) {
    std::unique_lock lock(heard_mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return heard_ > seen; });
  }

  std::mutex heard_mutex_;
  std::condition_variable changed_;
  int heard_ = 0;
};

TEST_F(WorkListenerTest, HearsOfEveryJobThatGetsInLine) {
  const WorkListener listener(db_.settings(), [this] { hear(); });
  ASSERT_TRUE(hears_more_than(0));
  NewJob unapproved = new_job();
  unapproved.needs_approval = true;
  const JobId job = jobs_.enqueue(unapproved);
  ASSERT_TRUE(hears_more_than(1));
  const std::function<void()> reasons[] = {
      [&] { control_.approve(job, UserId::random(), "d1"); },
      [&] { jobs_.release(jobs_.claim(job, "me", kLease).value()); },
      [&] { control_.reschedule(job, {.priority = 1}); },
      [&] { holds_.place(std::get<TenantId>(unapproved.subject), "dispute", admin_); },
      [&] { holds_.release(std::get<TenantId>(unapproved.subject), admin_); },
      [&] { control_.cancel(job, admin_); },
  };
  int number = 0;
  for (const auto& reason : reasons) {
    const int seen = heard();
    reason();
    const bool gets_in_line = number++ != 3;
    if (gets_in_line) {
      EXPECT_TRUE(hears_more_than(seen)) << "reason " << number;
    }
  }
}

TEST_F(WorkListenerTest, ListensAgainAfterItsSessionWasCut) {
  const WorkListener listener(db_.settings(), [this] { hear(); });
  ASSERT_TRUE(hears_more_than(0));
  db_.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen tenure_jobs' or query like "
      "'%listen tenure_jobs%' and pid <> pg_backend_pid()");
  ASSERT_TRUE(hears_more_than(1)) << "a new session may have missed something";
  const int seen = heard();
  jobs_.enqueue(new_job());
  EXPECT_TRUE(hears_more_than(seen));
}

TEST_F(WorkListenerTest, StopsAtOnce) {
  {
    const WorkListener listener(db_.settings(), [this] { hear(); });
  }
  EXPECT_LE(heard(), 1);
}

}  // namespace
}  // namespace tenure::jobs
