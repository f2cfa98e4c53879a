#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tenure::cli {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const json kExpected = {{"services", {{"orders", {{"total_items", 100}}}, {"pos", {{"total_items", 2000}}}}}};

json service(const char* status, std::int64_t deleted) {
  return {{"status", status}, {"deleted_counts", {{"a", deleted / 2}, {"b", deleted - deleted / 2}}}};
}

json job(const char* status, const json& services) {
  return {{"job_id", "j1"}, {"status", status}, {"service_results", services}};
}

class ProgressTest : public ::testing::Test {
 protected:
  /// What is written for one more state of the job.
  static std::string shown(Progress& progress, std::ostringstream& out, const json& body) {
    out.str("");
    progress.show(body);
    return out.str();
  }

  static int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

  std::ostringstream out_;
};

// Where it is no terminal: a line for each service that ends, and for each change of the job.

TEST_F(ProgressTest, EachServiceHasOneLineWhenItEnds) {
  Progress progress(out_, false, kExpected);
  EXPECT_EQ(shown(progress, out_, job("running", {{"orders", service("running", 40)}})), "job j1: running\n");
  EXPECT_EQ(shown(progress, out_, job("running", {{"orders", service("running", 60)}})), "");
  const auto ended = job("running", {{"orders", service("done", 1100)}, {"pos", service("running", 5)}});
  EXPECT_THAT(shown(progress, out_, ended), ContainsRegex("^  orders +done +1,100 rows\n$"));
  EXPECT_EQ(shown(progress, out_, ended), "");
  const auto over = job("failed", {{"orders", service("done", 1100)}, {"pos", service("failed", 0)}});
  EXPECT_THAT(shown(progress, out_, over), ContainsRegex("^  pos +failed +0 rows\njob j1: failed\n$"));
}

TEST_F(ProgressTest, AServiceThatIsTriedAgainHasALineForEachEnd) {
  Progress progress(out_, false, kExpected);
  progress.show(job("running", {{"orders", service("unknown", 0)}}));
  progress.show(job("running", {{"orders", service("running", 0)}}));
  EXPECT_THAT(shown(progress, out_, job("running", {{"orders", service("done", 7)}})),
              ContainsRegex("^  orders +done +7 rows\n$"));
}

TEST_F(ProgressTest, WithoutATerminalThereAreNoEscapes) {
  Progress progress(out_, false, kExpected);
  progress.show(job("completed", {{"orders", service("done", 100)}, {"pos", service("done", 2000)}}));
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
}

// On a terminal: a bar a service that moves in place.

TEST_F(ProgressTest, TheFirstDrawingDoesNotMoveUp) {
  Progress progress(out_, true, kExpected);
  const auto text = shown(progress, out_, job("running", {{"orders", service("running", 50)}}));
  EXPECT_THAT(text, StartsWith("\x1b[2K"));
  EXPECT_EQ(lines(text), 3);
  EXPECT_THAT(text, ContainsRegex("orders .* 50 of +100  running\n"));
  EXPECT_THAT(text, ContainsRegex("pos .* 0 of +2,000  pending\n"));
}

TEST_F(ProgressTest, EachNextDrawingMovesUpByTheLinesOfTheLast) {
  Progress progress(out_, true, kExpected);
  progress.show(job("running", json::object()));
  const auto second = shown(progress, out_, job("running", {{"crm", service("running", 1)}}));
  EXPECT_THAT(second, StartsWith("\x1b[3A"));
  EXPECT_EQ(lines(second), 4);
  EXPECT_THAT(shown(progress, out_, job("completed", json::object())), StartsWith("\x1b[4A"));
}

int filled_cells(const std::string& text) {
  int cells = 0;
  for (auto at = text.find("█"); at != std::string::npos; at = text.find("█", at + 1)) ++cells;
  return cells;
}

TEST_F(ProgressTest, ABarIsAsFullAsItsServiceIsDone) {
  const auto cells = [&](const char* status, std::int64_t deleted) {
    Progress progress(out_, true, {{"services", {{"orders", {{"total_items", 100}}}}}});
    return filled_cells(shown(progress, out_, job("running", {{"orders", service(status, deleted)}})));
  };
  EXPECT_EQ(cells("running", 0), 0);
  EXPECT_EQ(cells("running", 50), 15);
  EXPECT_EQ(cells("running", 100), 30);
  EXPECT_EQ(cells("running", 1'000'000), 30);
  EXPECT_EQ(cells("done", 10), 30);
  EXPECT_EQ(cells("failed", 10), 3);
}

TEST_F(ProgressTest, AServiceWithNothingExpectedIsEmptyUntilItIsDone) {
  const auto cells = [&](const char* status) {
    Progress progress(out_, true, {{"services", {{"crm", {{"errors", {"unavailable"}}}}}}});
    return filled_cells(shown(progress, out_, job("running", {{"crm", service(status, 5)}})));
  };
  EXPECT_EQ(cells("running"), 0);
  EXPECT_EQ(cells("done"), 30);
}

}  // namespace
}  // namespace tenure::cli
