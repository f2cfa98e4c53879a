#include "tests/crash/matrix.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/support/paths.h"

// The process is killed at every failpoint of every course that a job can take, and its successor again; whoever comes
// next brings the job to its end by itself (C5, C6, C7, C8, C11, C13).
namespace tenure::crash {
namespace {

namespace fs = std::filesystem;

const Paths& paths() {
  static const Paths found = paths_of_scenarios();
  return found;
}

std::string test_name(const ::testing::TestParamInfo<Scenario>& info) {
  auto name = info.param.name;
  std::ranges::replace(name, ' ', '_');
  std::erase(name, ',');
  return name;
}

std::string title_of(const Trial& trial) {
  return fmt::format("{}: {} at {}@{} {}", trial.scenario.name, to_string(trial.failure), trial.point, trial.nth,
                     trial.second);
}

/// A course that a job can take.
class CrashMatrix : public ::testing::TestWithParam<Scenario> {
 protected:
  static void SetUpTestSuite() {
    const auto effort = Effort::from_environment();
    std::cout << "matrix of " << (effort.is_everything ? "everything" : fmt::format("a sample, seed {}", effort.seed))
              << std::endl;
  }
  static void TearDownTestSuite() {
    std::cout << matrix_.table(paths()) << "\n" << matrix_.totals() << std::flush;
    matrix_ = {};
  }

  inline static Matrix matrix_;
};

TEST_P(CrashMatrix, AJobEndsRightWhereverItsOwnersFail) {
  const auto trials = trials_of(GetParam(), paths(), Effort::from_environment());
  const auto outcomes = run_trials(trials);
  for (std::size_t at = 0; at < trials.size(); ++at) {
    matrix_.add(trials[at], outcomes[at]);
    EXPECT_GT(outcomes[at].failures, 0) << title_of(trials[at]) << ": nothing failed";
    EXPECT_TRUE(outcomes[at].problems.empty()) << title_of(trials[at]) << "\n"
                                               << fmt::format("{}", fmt::join(outcomes[at].problems, "\n"));
  }
}

INSTANTIATE_TEST_SUITE_P(Courses, CrashMatrix, ::testing::ValuesIn(scenarios()), test_name);

/// All of src/, to be searched.
std::string sources() {
  std::ostringstream text;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(TENURE_SOURCE_DIR) / "src")) {
    if (entry.path().extension() == ".cc") text << std::ifstream(entry.path()).rdbuf();
  }
  return text.str();
}

TEST(CrashMatrixPaths, EveryFailpointOfTheProgramIsOnSomePath) {
  const auto program = sources();
  for (const auto& point : all_points()) {
    const auto reaches = [&](const auto& path) { return path.second.contains(point); };
    const bool is_placed = program.find(fmt::format("TENURE_FAILPOINT(\"{}\")", point)) != std::string::npos;
    EXPECT_EQ(std::ranges::any_of(paths(), reaches), is_placed) << point;
  }
}

}  // namespace
}  // namespace tenure::crash
