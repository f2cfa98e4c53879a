// E3: everybody who watches is told the same, in order and without a gap, whichever process changed a job.
#include "server/live_feed.h"

#include <algorithm>
#include <condition_variable>
#include <set>

#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::server {
namespace {

using jobs::JobState;
using jobs::kLease;
using nlohmann::json;

/// The texts that were sent to a viewer.
class Screen : public WebSocket {
 public:
  void send(SharedFrame frame) override {
    // Two bytes of header, or two or eight more for the size.
    const auto size = static_cast<unsigned char>((*frame)[1]);
    const std::lock_guard guard(mutex_);
    seen_.push_back(json::parse(frame->substr(size == 127 ? 10 : size == 126 ? 4 : 2)));
    changed_.notify_all();
  }
  void close(CloseCode, std::string_view) override {}

  /// Waits for so many messages. @return those that came.
  std::vector<json> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return seen_.size() >= count; });
    return seen_;
  }
  /// Waits for a message that `is_right` likes; null when none comes.
  template <class Condition>
  json wait_until(const Condition& is_right) {
    std::unique_lock lock(mutex_);
    const auto find = [&] { return std::find_if(seen_.begin(), seen_.end(), is_right); };
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return find() != seen_.end(); });
    const auto found = find();
    return found == seen_.end() ? json() : *found;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<json> seen_;  // guarded by mutex_
};

class LiveFeedTest : public jobs::JobStoreTest {
 protected:
  LiveFeedTest() { watch(probe_); }

  std::shared_ptr<Screen> watch(const std::shared_ptr<Screen>& screen, Viewer viewer = {.sees_all = true},
                                const std::optional<FeedPosition>& after = std::nullopt) {
    feed_.subscribe(screen, std::move(viewer), after);
    return screen;
  }
  /// Waits until the feed has told of the job's state.
  json told(const JobId& job, JobState state) {
    return probe_->wait_until([&](const json& message) {
      return message["type"] == "job" && message["job"]["job_id"] == job.str() &&
             message["job"]["status"] == to_string(state);
    });
  }
  json told_step(const JobId& job, std::string_view service, std::string_view state) {
    return probe_->wait_until([&](const json& message) {
      return message["type"] == "step" && message["job_id"] == job.str() && message["service"] == service &&
             message["step"]["status"] == state;
    });
  }
  /// Seven rows of a call that runs.
  void note_progress(const JobId& job) {
    feed_.note({.job = job,
                .job_state = JobState::running,
                .service = "orders",
                .step_state = jobs::StepState::running,
                .deleted_counts = {{"orders", 2}, {"order_items", 5}},
                .errors = {}});
  }
  static FeedPosition position_of(const json& message, const json& snapshot) {
    return {.feed = snapshot["feed"].get<std::string>(), .number = message["number"].get<std::int64_t>()};
  }

  LiveFeed feed_{jobs_, db_.settings()};
  const std::shared_ptr<Screen> probe_ = std::make_shared<Screen>();
};

TEST_F(LiveFeedTest, TellsOfAJobAndOfEachOfItsSteps) {
  const auto lease = leased(archived_job());
  EXPECT_FALSE(told(lease.job, JobState::running).is_null());
  jobs_.begin_step(lease, "orders", 1);
  EXPECT_FALSE(told_step(lease.job, "orders", "running").is_null());
  jobs_.finish_step(lease, done("orders", {{"orders", 3}}));
  EXPECT_EQ(told_step(lease.job, "orders", "done")["step"]["total"], 3);
  jobs_.advance(lease, JobState::running, JobState::verifying);
  jobs_.finish(lease, JobState::verifying, JobState::completed, {});
  EXPECT_EQ(told(lease.job, JobState::completed)["job"]["total_items_deleted"], 3);
}

TEST_F(LiveFeedTest, TellsOfRetriesWithTheirErrors) {
  const auto lease = leased(archived_job());
  jobs_.begin_step(lease, "orders", 1);
  jobs::Step step{.service = "orders", .state = jobs::StepState::running};
  step.errors = {"locks are held by others"};
  step.failures = 1;
  jobs_.finish_step(lease, step);
  jobs_.park(lease, Milliseconds(60'000));
  const auto parked = probe_->wait_until([&](const json& message) {
    return message["type"] == "job" && message["job"]["job_id"] == lease.job.str() &&
           !message["job"]["waits_until"].is_null();
  });
  EXPECT_EQ(parked["job"]["service_results"]["orders"]["errors"], json::array({"locks are held by others"}));
}

TEST_F(LiveFeedTest, NumbersAreOneApartAndTheSameForAll) {
  const auto other = watch(std::make_shared<Screen>());
  const auto job = completed().job;
  told(job, JobState::completed);
  auto seen = probe_->wait_for(2);
  EXPECT_EQ(seen.front()["type"], "snapshot");
  for (std::size_t at = 1; at < seen.size(); ++at) {
    EXPECT_EQ(seen[at]["number"].get<int>(), seen[at - 1]["number"].get<int>() + 1);
  }
  const auto seen_elsewhere = other->wait_for(seen.size());
  EXPECT_EQ(seen_elsewhere.back(), seen.back());
}

TEST_F(LiveFeedTest, BeginsWithASnapshotOfWhatIsOpen) {
  const auto ended = completed().job;
  const auto open = leased().job;
  told(ended, JobState::completed);
  told(open, JobState::running);
  const auto seen = watch(std::make_shared<Screen>())->wait_for(1);
  ASSERT_EQ(seen.front()["type"], "snapshot");
  ASSERT_EQ(seen.front()["jobs"].size(), 1U);
  EXPECT_EQ(seen.front()["jobs"][0]["job_id"], open.str());
  EXPECT_EQ(seen.front()["open"], json({{"running", 1}}));
}

TEST_F(LiveFeedTest, SaysWhatAJobWasBefore) {
  const auto job = completed().job;
  told(job, JobState::completed);
  json was = json::array();
  for (const auto& message : probe_->wait_for(2)) {
    if (message["type"] == "job") was.push_back({message["was"], message["job"]["status"]});
  }
  // The feed reads a job that changes twice in a moment once; between two tellings nothing is left out.
  EXPECT_EQ(was.front()[0], nullptr);
  for (std::size_t at = 1; at < was.size(); ++at) EXPECT_EQ(was[at][0], was[at - 1][1]);
  EXPECT_EQ(was.back()[1], "completed");
}

TEST_F(LiveFeedTest, ASnapshotOfVeryManyHasTheForemostAndCountsAll) {
  constexpr int kMany = 3 * static_cast<int>(LiveFeed::kSnapshotJobs);
  const auto running = leased().job;
  db_.run(
      "insert into tenure.deletion_jobs (id, tenant_id, status, run_at, created_at) select gen_random_uuid(), "
      "gen_random_uuid(), 'scheduled', now() + n * interval '1 day', now() - n * interval '1 minute' "
      "from generate_series(1, " +
      std::to_string(kMany) + ") as n");
  auto approved = new_job();
  approved.needs_approval = true;
  const auto awaiting = jobs_.enqueue(approved);
  told(awaiting, JobState::awaiting_approval);
  std::set<std::string> scheduled;
  probe_->wait_until([&](const json& message) {
    if (message["type"] == "job" && message["job"]["status"] == "scheduled") scheduled.insert(message["job"]["job_id"]);
    return scheduled.size() == kMany;
  });
  const auto seen = watch(std::make_shared<Screen>())->wait_for(1).front();
  EXPECT_EQ(seen["open"], json({{"awaiting_approval", 1}, {"running", 1}, {"scheduled", kMany}}));
  ASSERT_EQ(seen["jobs"].size(), LiveFeed::kSnapshotJobs);
  EXPECT_EQ(seen["jobs"][0]["job_id"], running.str());
  EXPECT_EQ(seen["jobs"][1]["job_id"], awaiting.str());
  for (std::size_t at = 3; at < LiveFeed::kSnapshotJobs; ++at) {
    EXPECT_LT(seen["jobs"][at - 1]["run_at"], seen["jobs"][at]["run_at"]) << "the soonest first";
  }
}

TEST_F(LiveFeedTest, GoesOnBehindTheLastNumberThatWasSeen) {
  const auto before = leased().job;
  const auto last = told(before, JobState::running);
  const auto snapshot = probe_->wait_for(1).front();
  const auto missed = leased().job;
  const auto newest = told(missed, JobState::running);
  const auto resumed = watch(std::make_shared<Screen>(), {.sees_all = true}, position_of(last, snapshot));
  const auto seen = resumed->wait_for(2);
  EXPECT_EQ(seen.front()["type"], "resumed");
  EXPECT_EQ(seen[1]["number"].get<int>(), last["number"].get<int>() + 1);
  EXPECT_EQ(seen.back(), newest);
  // Nothing was missed: nothing follows.
  const auto current = watch(std::make_shared<Screen>(), {.sees_all = true}, position_of(newest, snapshot));
  EXPECT_EQ(current->wait_for(1).size(), 1U);
}

TEST_F(LiveFeedTest, BeginsAnewForWhoCannotGoOn) {
  const auto job = leased().job;
  const auto last = told(job, JobState::running);
  const auto number = last["number"].get<std::int64_t>();
  const auto feed = probe_->wait_for(1).front()["feed"].get<std::string>();
  for (const auto& position : {FeedPosition{"another process", number}, FeedPosition{feed, number + 1}}) {
    const auto screen = watch(std::make_shared<Screen>(), {.sees_all = true}, position);
    EXPECT_EQ(screen->wait_for(1).front()["type"], "snapshot");
  }
}

TEST_F(LiveFeedTest, ShowsPeopleTheirTenantsAndTheirOrdersOnly) {
  const auto user = UserId::random();
  const auto own = TenantId::random();
  const auto snapshot_of = [](const std::shared_ptr<Screen>& screen) { return screen->wait_for(1).front()["jobs"]; };
  const auto before = leased(new_job(own)).job;
  told(before, JobState::running);
  const Viewer viewer{.user = user, .tenants = {own}};
  const auto screen = watch(std::make_shared<Screen>(), viewer);
  EXPECT_EQ(snapshot_of(screen).size(), 1U);
  EXPECT_EQ(snapshot_of(watch(std::make_shared<Screen>(), {.user = user})).size(), 0U);
  const auto foreign = leased().job;
  told(foreign, JobState::running);
  auto ordered = new_job();
  ordered.initiated_by = user;
  const auto mine = leased(ordered).job;
  told(mine, JobState::running);
  const auto seen = screen->wait_for(2);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen.back()["job"]["job_id"], mine.str());
}

TEST_F(LiveFeedTest, FindsWhatItMissedWhileItsSessionWasLost) {
  const auto open = leased();
  told(open.job, JobState::running);
  db_.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%listen tenure_job_changes%' and pid "
      "<> "
      "pg_backend_pid()");
  jobs_.finish(open, JobState::running, JobState::failed, {"orders: no"});
  EXPECT_FALSE(told(open.job, JobState::failed).is_null());
}

TEST_F(LiveFeedTest, PassesProgressOnWithoutANumber) {
  const auto lease = leased();
  told(lease.job, JobState::running);
  note_progress(lease.job);
  const auto progress = probe_->wait_until([](const json& message) { return message["type"] == "progress"; });
  EXPECT_EQ(progress["total"], 7);
  EXPECT_FALSE(progress.contains("number"));
}

TEST_F(LiveFeedTest, TellsProgressThatComesFastNowAndThenAndTheLastOfItAlways) {
  constexpr int kNotes = 1000;
  const auto lease = leased();
  told(lease.job, JobState::running);
  const auto since = std::chrono::steady_clock::now();
  for (int rows = 1; rows <= kNotes; ++rows) {
    feed_.note({.job = lease.job,
                .job_state = JobState::running,
                .service = "orders",
                .step_state = jobs::StepState::running,
                .deleted_counts = {{"orders", rows}},
                .errors = {}});
  }
  const auto is_last = [](const json& message) { return message["type"] == "progress" && message["total"] == kNotes; };
  ASSERT_FALSE(probe_->wait_until(is_last).is_null());
  const auto seen = probe_->wait_for(1);
  const auto most = 2 + (std::chrono::steady_clock::now() - since) / LiveFeed::kBetweenProgress;
  EXPECT_LE(std::ranges::count_if(seen, [](const json& message) { return message["type"] == "progress"; }), most);
}

TEST_F(LiveFeedTest, TellsWhoComesLaterHowFarACallIs) {
  const auto lease = leased(archived_job());
  ASSERT_FALSE(told(lease.job, JobState::running).is_null());
  jobs_.begin_step(lease, "orders", 1);
  ASSERT_FALSE(told_step(lease.job, "orders", "running").is_null());
  note_progress(lease.job);
  const auto seen = watch(std::make_shared<Screen>())->wait_for(2);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0]["type"], "snapshot");
  EXPECT_EQ(seen[1], json({{"type", "progress"}, {"job_id", lease.job.str()}, {"service", "orders"}, {"total", 7}}));

  const auto snapshot = probe_->wait_for(1).front();
  const auto last = told_step(lease.job, "orders", "running");
  const auto again = watch(std::make_shared<Screen>(), {.sees_all = true}, position_of(last, snapshot))->wait_for(2);
  EXPECT_EQ(again.at(0)["type"], "resumed");
  EXPECT_EQ(again.at(1)["total"], 7);

  jobs_.finish_step(lease, done("orders", {{"orders", 9}}));
  ASSERT_FALSE(told_step(lease.job, "orders", "done").is_null());
  const auto later = watch(std::make_shared<Screen>());
  jobs_.advance(lease, JobState::running, JobState::verifying);
  EXPECT_EQ(later->wait_for(2).at(1)["type"], "job") << "the call has ended: there is nothing between";
}

TEST_F(LiveFeedTest, ForgetsWhoHasGone) {
  EXPECT_EQ(feed_.viewers(), 1U);
  feed_.unsubscribe(probe_);
  EXPECT_EQ(feed_.viewers(), 0U);
}

}  // namespace
}  // namespace tenure::server
