#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/error.h"
#include "jobs/job_state.h"
#include "tests/support/paths.h"

namespace tenure::jobs {
namespace {

using ::testing::HasSubstr;

using Names = std::set<std::string>;
using Arrows = std::set<std::pair<std::string, std::string>>;

std::string read(const std::string& path) {
  std::ifstream file(std::string(TENURE_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string diagram(int number) {
  const std::string page = read("docs/job_states.md");
  std::size_t at = 0;
  for (int found = 0; found <= number; ++found) at = page.find("```mermaid", at) + 1;
  return page.substr(at, page.find("```", at + 3) - at);
}

Arrows arrows_in(const std::string& diagram) {
  static const std::regex kArrow(R"((\w+) --> (\w+))");
  Arrows arrows;
  for (std::sregex_iterator it(diagram.begin(), diagram.end(), kArrow), end; it != end; ++it) {
    arrows.emplace((*it)[1], (*it)[2]);
  }
  return arrows;
}

template <class State>
Arrows arrows_of(std::span<const State> states) {
  Arrows arrows;
  for (const auto from : states) {
    for (const auto to : states) {
      if (can_advance(from, to)) arrows.emplace(to_string(from), to_string(to));
    }
  }
  return arrows;
}

template <class State>
Names names_of(std::span<const State> states) {
  Names names;
  for (const auto state : states) names.emplace(to_string(state));
  return names;
}

Names names_in_check(const std::string& file, const std::string& constraint) {
  const std::string script = read("src/jobs/sql/" + file);
  const auto start = script.find("in (", script.find("constraint " + constraint + "\n"));
  const std::string list = script.substr(start, script.find(')', start) - start);
  static const std::regex kName("'(\\w+)'");
  Names names;
  for (std::sregex_iterator it(list.begin(), list.end(), kName), end; it != end; ++it) names.insert((*it)[1]);
  return names;
}

// C3: document, enum and CHECK say the same.
TEST(JobStates, DiagramHasTheArrowsOfTheCode) {
  EXPECT_EQ(arrows_in(diagram(0)), arrows_of(all_job_states()));
  EXPECT_EQ(arrows_in(diagram(1)), arrows_of(all_step_states()));
}

TEST(JobStates, ChecksOfTheTablesHaveTheNamesOfTheCode) {
  EXPECT_EQ(names_in_check("create_schema.sql", "deletion_jobs_status"), names_of(all_job_states()));
  EXPECT_EQ(names_in_check("create_steps.sql", "deletion_steps_state"), names_of(all_step_states()));
}

TEST(JobStates, OnlyStatesThatEndInTheDiagramAreTerminal) {
  const std::string text = diagram(0);
  for (const auto state : all_job_states()) {
    const bool ends = text.find(std::string(to_string(state)) + " --> [*]") != std::string::npos;
    EXPECT_EQ(is_terminal(state), ends) << to_string(state);
  }
}

TEST(JobStates, NamesAreReadBack) {
  for (const auto state : all_job_states()) EXPECT_EQ(parse_job_state(to_string(state)), state);
  for (const auto state : all_step_states()) EXPECT_EQ(parse_step_state(to_string(state)), state);
}

// Bad input: the message names the field and what it may be.
TEST(JobStates, UnknownStatusIsAnErrorThatListsThem) {
  try {
    parse_job_state("finished");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("status: not one of scheduled, awaiting_approval, pending, running"));
  }
}

}  // namespace
}  // namespace tenure::jobs
