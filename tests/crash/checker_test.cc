#include "tests/crash/checker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/crash/course.h"

// The checker is silent about what is right, and notices each thing that may be wrong.
namespace tenure::crash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A course whose job has ended, and that nobody works on any more.
class EndedCourse : public Course {
 public:
  EndedCourse(World& world, const Scenario& scenario) : Course(world, scenario, {}) {
    auto& node = start();
    if (follow(node) != Turn::settled) throw std::runtime_error(log());
    node.send_signal(SIGKILL);
    node.wait();
  }
};

/// A job that was rolled back, and one that was completed after that; no test leaves them altered.
struct Jobs {
  static Jobs& instance() {
    static Jobs jobs;
    return jobs;
  }

  World world;
  EndedCourse rolled_back{world, scenarios().at(1)};
  EndedCourse completed{world, scenarios().at(0)};
};

class CheckerTest : public ::testing::Test {
 protected:
  Problems problems_with(const std::string& service, const std::string& damage, const std::string& repair) {
    auto session = service == "control" ? world_.control() : world_.database(service);
    // Past the triggers that guard against such things.
    session.run("SET session_replication_role = replica");
    session.run(in_place(damage));
    const auto problems = problems_of_both();
    session.run(in_place(repair));
    return problems;
  }

  Problems problems_of_both() {
    auto problems = jobs_.completed.problems();
    for (auto& problem : jobs_.rolled_back.problems()) problems.push_back(std::move(problem));
    return problems;
  }

  /// {gone} and {back} are the two tenants, {job} is the completed one.
  std::string in_place(const std::string& text) {
    return fmt::format(fmt::runtime(text), fmt::arg("gone", jobs_.completed.tenant()),
                       fmt::arg("back", jobs_.rolled_back.tenant()), fmt::arg("job", jobs_.completed.job()));
  }

  Jobs& jobs_ = Jobs::instance();
  World& world_ = jobs_.world;
};

TEST_F(CheckerTest, IsSilentAboutWhatIsRight) {
  EXPECT_EQ(jobs_.completed.state(), "completed");
  EXPECT_EQ(jobs_.rolled_back.state(), "rolled_back");
  EXPECT_THAT(problems_of_both(), IsEmpty());
}

TEST_F(CheckerTest, NoticesARowOfADeletedTenant) {
  EXPECT_THAT(problems_with("metering", "INSERT INTO meters (tenant_id, mark) VALUES ('{gone}', '{gone}')",
                            "DELETE FROM meters WHERE mark = '{gone}'"),
              Contains("effect: metering/public.meters: 0 missing, 1 new"));
}

TEST_F(CheckerTest, NoticesARowThatCameBackAltered) {
  EXPECT_THAT(problems_with("metering", "UPDATE readings SET value = value + 1 WHERE mark = '{back}' AND number = 7",
                            "UPDATE readings SET value = number / 7.0 WHERE mark = '{back}' AND number = 7"),
              Contains("effect: metering/public.readings: 1 missing, 1 new"));
}

TEST_F(CheckerTest, NoticesANeighboursRow) {
  const std::string them = "(SELECT min(mark::text)::uuid FROM albums WHERE mark <> '{back}')";
  EXPECT_THAT(problems_with("media", "UPDATE albums SET title = 'Winter' WHERE mark = " + them,
                            "UPDATE albums SET title = 'Summer' WHERE mark = " + them),
              Contains("neighbours: media/public.albums: 1 missing, 1 new"));
}

TEST_F(CheckerTest, NoticesARowOfEverybody) {
  EXPECT_THAT(problems_with("orders", "INSERT INTO currencies VALUES ('USD', 1.1)",
                            "DELETE FROM currencies WHERE code = 'USD'"),
              Contains("neighbours: orders/public.currencies: 0 missing, 1 new"));
}

TEST_F(CheckerTest, NoticesFilesThatStayed) {
  const auto file = world_.places().folders.at("media") / (jobs_.completed.tenant() + "-1.jpg");
  std::ofstream(file) << "picture";
  EXPECT_THAT(problems_of_both(), Contains("effect: media/files: 0 missing, 1 new"));
  std::filesystem::remove(file);
}

TEST_F(CheckerTest, NoticesAWrongCount) {
  const std::string change =
      "UPDATE tenure.deletion_steps SET deleted_counts = jsonb_set(deleted_counts, "
      "'{{{{customers}}}}', '{}') WHERE job_id = '{{job}}' AND service = 'orders'";
  EXPECT_THAT(problems_with("control", fmt::format(fmt::runtime(change), 2), fmt::format(fmt::runtime(change), 3)),
              Contains("effect: counted 2 of orders/public.customers, where 3 were"));
}

TEST_F(CheckerTest, NoticesATransitionThatIsMissing) {
  EXPECT_THAT(
      problems_with("control",
                    "CREATE TABLE tenure.kept AS SELECT * FROM tenure.job_transitions WHERE job_id = '{job}' "
                    "AND to_status = 'verifying'; DELETE FROM tenure.job_transitions WHERE job_id = '{job}' AND "
                    "to_status = 'verifying'",
                    "INSERT INTO tenure.job_transitions SELECT * FROM tenure.kept; DROP TABLE tenure.kept"),
      AllOf(Contains(HasSubstr("is missing")), Contains(HasSubstr("goes on from \"verifying\"")),
            Contains(HasSubstr("the outbox tells"))));
}

TEST_F(CheckerTest, NoticesAnEventThatIsToldTwice) {
  EXPECT_THAT(
      problems_with("control",
                    "INSERT INTO tenure.outbox (topic, payload, delivered_at) SELECT topic, payload, now() FROM "
                    "tenure.outbox WHERE topic = 'tenant.deleted' AND payload ->> 'job_id' = '{job}'",
                    "DELETE FROM tenure.outbox WHERE number = (SELECT max(number) FROM tenure.outbox)"),
      Contains("record: tenant.deleted is told 2 times, completed 1 times"));
}

TEST_F(CheckerTest, NoticesAReceiptThatTheFenceShouldHaveRefused) {
  const std::string change = "UPDATE tenure.receipts SET epoch = epoch {} 7 WHERE job_id = '{{job}}'";
  EXPECT_THAT(problems_with("orders", fmt::format(fmt::runtime(change), "+"), fmt::format(fmt::runtime(change), "-")),
              Contains(HasSubstr("the fence is at")));
}

TEST_F(CheckerTest, NoticesAPreparedTransaction) {
  EXPECT_THAT(problems_with("orders", "BEGIN; PREPARE TRANSACTION 'forgotten'", "ROLLBACK PREPARED 'forgotten'"),
              Contains("services: orders: transaction forgotten is prepared and nobody decides on it"));
}

TEST_F(CheckerTest, NoticesAFileThatStillHasToGo) {
  EXPECT_THAT(
      problems_with("media",
                    "INSERT INTO tenure.pending_files (receipt_key, table_label, path) VALUES ('key', 'pictures', "
                    "'a.jpg')",
                    "DELETE FROM tenure.pending_files"),
      Contains("services: media: 1 files of key still have to go"));
}

TEST_F(CheckerTest, NoticesAnArchiveWithoutItsFiles) {
  const auto file = world_.places().archives / jobs_.completed.job() / "orders.archive";
  std::filesystem::rename(file, file.string() + ".away");
  EXPECT_THAT(problems_of_both(), Contains("archive: has a key and no file of orders"));
  std::filesystem::rename(file.string() + ".away", file);
}

TEST_F(CheckerTest, NoticesAnArchiveThatCanBeRead) {
  const auto file = world_.places().archives / jobs_.completed.job() / "plain.archive";
  std::ofstream(file) << "1\tCustomer 1\n";
  EXPECT_THAT(problems_of_both(), Contains("archive: can be read without a key"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tenure::crash
