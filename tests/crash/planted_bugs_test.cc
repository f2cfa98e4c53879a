#include "base/planted_bug.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <future>
#include <ostream>

#include "tests/crash/course.h"

// Each safeguard is left out once, and the checker notices: src/base/planted_bug.h has the list.
namespace tenure::crash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Turn = Course::Turn;

// Long enough for a lease to run out; what has not happened by then does not happen.
constexpr Milliseconds kLease{12000};
// The services that a job calls together, before the tenant record.
constexpr int kServices = 4;

/// A trial of the crash matrix in which the bug shows, and the words by which it is recognised.
struct Planted {
  std::string bug;
  std::string scenario;
  Failure failure = Failure::nothing;
  std::string point = {};
  std::string symptom;
};

std::ostream& operator<<(std::ostream& out, const Planted& planted) { return out << planted.bug; }

const std::vector<Planted>& planted() {
  static const std::vector<Planted> all = {
      {"receipt.apart", "databases alone", Failure::kill, "erase.commit.after", "counted 0 of"},
      {"key.of_the_epoch", "erased", Failure::kill, "erase.commit.after", "counted 0 of"},
      {"answer.assumed", "erased", Failure::lose, "erase.commit.after", "counted nothing of"},
      {"record.before_recount", "erased", Failure::nothing, "", "the tenant record was erased before"},
      {"event.twice", "erased", Failure::nothing, "", "tenant.deleted is told 2 times"},
      {"archive.not_synced", "rolled back", Failure::nothing, "", "is compensation_failed"},
      {"restore.skips_a_table", "rolled back", Failure::nothing, "", "missing, 0 new"},
      {"restore.same_epoch", "rolled back", Failure::nothing, "", "which keeps no late call of it out"},
      {"archive.files_stay", "shredded", Failure::nothing, "", "the files are said to be gone and are there"},
  };
  return all;
}

const Scenario& scenario_called(const std::string& name) {
  // Where the first to commit is no folder.
  static const Scenario databases{.name = "databases alone", .estate = {.has_folder = false}};
  if (name == databases.name) return databases;
  return *std::ranges::find(scenarios(), name, &Scenario::name);
}

World& world() {
  static World instance;
  return instance;
}

class PlantedBug : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedBug, IsNoticedByTheMatrix) {
  const auto& [bug, scenario, failure, point, symptom] = GetParam();
  const auto outcome =
      run_trial(world(), {.scenario = scenario_called(scenario), .point = point, .failure = failure, .bug = bug});
  EXPECT_THAT(outcome.problems, Contains(HasSubstr(symptom)));
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBug, ::testing::ValuesIn(planted()), [](const auto& parameter) {
  auto name = parameter.param.bug;
  std::ranges::replace(name, '.', '_');
  return name;
});

/// What is wrong once the job has ended, or should have.
Problems problems_at_end(Course& course, const Node& node, const std::string& state,
                         Milliseconds patience = std::chrono::minutes(1)) {
  const auto turn = course.follow(node, patience);
  auto problems = course.problems();
  if (turn != Turn::settled) problems.emplace_back("has not ended");
  if (course.state() != state) problems.push_back("is " + course.state());
  return problems;
}

/// The same with and without the bug, at once, since most of it is waiting.
struct Both {
  Both(Problems (*play)(const std::string& bug), const std::string& bug) {
    auto mended = std::async(std::launch::async, play, "");
    with = play(bug);
    without = mended.get();
  }

  Problems with;
  Problems without;
};

/// A paused owner writes its step while its successor, which has taken everything back, is about to say so.
Problems late_write(const std::string& bug) {
  World fresh;
  Course course(fresh, scenario_called("rolled back"), bug);
  // The last of them, so that it holds no lock in any service.
  auto& owner = course.start(fmt::format("step.finish.before=stop@{}", kServices));
  if (course.follow(owner) != Turn::stopped) return {"the owner was not paused\n" + course.log()};
  course.let_lease_run_out();
  auto& successor = course.start("compensate.finish.before=stop");
  if (course.follow(successor) != Turn::stopped) return {"the successor was not paused\n" + course.log()};
  owner.send_signal(SIGTERM);
  owner.send_signal(SIGCONT);
  owner.wait();
  successor.send_signal(SIGCONT);
  return problems_at_end(course, successor, "rolled_back");
}

TEST(PlantedBugs, AStepWrittenByAFormerOwnerIsNoticed) {
  const Both both(late_write, "step.epoch_unchecked");
  EXPECT_THAT(both.without, IsEmpty());
  EXPECT_THAT(both.with, Contains(HasSubstr("in a job that is rolled_back")));
}

constexpr const char* kBehindFence = "was written although the fence was at";

/// What services have let in behind their fence; whatever else is amiss may be so until the job has ended.
Problems let_in_late(const World& world) {
  auto problems = problems_of_services(world.places());
  std::erase_if(problems, [](const auto& problem) { return problem.find(kBehindFence) == std::string::npos; });
  return problems;
}

/// A paused owner calls the services after the job was cancelled, when these know already that it is being taken back
/// and have not yet done so. It cannot reach the control database, which would tell it to stop.
Problems late_call(const std::string& bug) {
  // Without the folder, which knows of no receipts: the one that kills the successor has to be a database.
  static const Scenario scenario{.name = "cancelled", .estate = {.has_folder = false}};
  World fresh;
  Course course(fresh, scenario, bug);
  // All services of the first phase are begun and none is called.
  auto& owner = course.start(fmt::format("step.begin.after=stop@{}", kServices - 1));
  if (course.follow(owner) != Turn::stopped) return {"the owner was not paused\n" + course.log()};
  course.let_lease_run_out();
  course.ask_to_cancel();
  // What goes in chunks leaves a receipt at its end only, which may be long after; so the successor is not to die
  // there: it comes to no more than wait for its place to keep receipts.
  PlainSql in_chunks(fresh.places().databases.at("metering"));
  in_chunks.run("BEGIN; CREATE SCHEMA tenure");
  auto& successor = course.start("restore.rows.after=kill");
  if (course.follow(successor) != Turn::dead) return {"the successor was not killed\n" + course.log()};
  in_chunks.run("ROLLBACK");
  auto control = fresh.control();
  // What the owner was in the middle of, which the database would end after half a minute.
  control.run(
      "DO $$ BEGIN PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
      "AND state LIKE 'idle in transaction%'; END $$");
  control.run("BEGIN; LOCK TABLE tenure.deletion_jobs");
  owner.send_signal(SIGCONT);
  // One that keeps its lease, and one that writes what has become of a call.
  const bool has_called = course.come_to_wait_for_locks(2);
  // Each service takes its time; the one that knew already is to have been called.
  const auto deadline = Deadline::after(std::chrono::minutes(1));
  while (!bug.empty() && let_in_late(fresh).empty() && !deadline.has_passed() &&
         !owner.has_ended_within(Milliseconds(50))) {
  }
  // As long as nobody can take the job over, who would raise the fence once more.
  auto problems = let_in_late(fresh);
  owner.send_signal(SIGTERM);
  control.run("ROLLBACK");
  if (!has_called) return {"the owner made no call\n" + course.log()};
  owner.wait();
  course.let_lease_run_out();
  for (auto& problem : problems_at_end(course, course.start(), "rolled_back")) problems.push_back(std::move(problem));
  return problems;
}

TEST(PlantedBugs, ACallOfAFormerOwnerIsNoticed) {
  const Both both(late_call, "fence.epoch_unchecked");
  EXPECT_THAT(both.without, IsEmpty());
  EXPECT_THAT(both.with, Contains(HasSubstr(kBehindFence)));
}

/// The commit is decided on, and what one service had prepared is rolled back by hand before anybody carries it out.
Problems lost_prepared(const std::string& bug) {
  World fresh;
  Course course(fresh, scenario_called("atomic"), bug);
  auto& owner = course.start("atomic.decide.after=kill");
  if (course.follow(owner) != Turn::dead) return {"the owner was not killed\n" + course.log()};
  course.roll_back_prepared("orders");
  course.let_lease_run_out();
  return problems_at_end(course, course.start(), "completed", kLease);
}

TEST(PlantedBugs, APreparedTransactionThatIsGoneIsNotTakenForCommitted) {
  const Both both(lost_prepared, "prepared.gone_is_committed");
  EXPECT_THAT(both.without, Contains("has not ended")) << "nobody knows what became of it";
  EXPECT_THAT(both.with, Contains(HasSubstr("orders was decided on in epoch")));
}

/// The owner is killed, and no clock but the database's brings its lease to an end.
Problems unattended(const std::string& bug) {
  World fresh;
  Course course(fresh, scenario_called("erased"), bug);
  auto& owner = course.start("step.begin.after=kill");
  if (course.follow(owner) != Turn::dead) return {"the owner was not killed\n" + course.log()};
  return bug.empty() ? problems_at_end(course, course.start(), "completed")
                     : problems_at_end(course, course.start(), "completed", kLease);
}

TEST(PlantedBugs, ALeaseThatDoesNotRunOutIsNoticed) {
  const Both both(unattended, "lease.for_ever");
  EXPECT_THAT(both.without, IsEmpty());
  EXPECT_THAT(both.with, Contains("has not ended"));
}

TEST(PlantedBugs, EachIsTriedHere) {
  std::vector<std::string> tried{"step.epoch_unchecked", "fence.epoch_unchecked", "prepared.gone_is_committed",
                                 "lease.for_ever"};
  for (const auto& one : planted()) tried.push_back(one.bug);
  EXPECT_THAT(tried, ::testing::UnorderedElementsAreArray(planted_bug::kAll.begin(), planted_bug::kAll.end()));
}

}  // namespace
}  // namespace tenure::crash
