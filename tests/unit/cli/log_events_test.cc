#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/paths.h"

// Spec E7, E8: docs/logs.md lists each line that a process writes, and no other.
namespace tenure::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void find_all(const std::string& text, const std::regex& expression, std::set<std::string>& found) {
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) found.insert((*at)[1]);
}

/// What a source file calls the lines that it writes; where a function says it, all that the file has it return.
std::set<std::string> events_in(const std::string& source) {
  static const std::regex in_object(R"re(\{"event",\s*"([a-z_]+)"\})re");
  static const std::regex assigned(R"re(\["event"\] = "([a-z_]+)";)re");
  static const std::regex of_error(R"re(log_error\("([a-z_]+)")re");
  static const std::regex computed(R"re("event"\}?\]?,?\s*=?\s*[a-z_]+\()re");
  static const std::regex returned(R"re(return "([a-z_]+)";)re");
  std::set<std::string> events;
  for (const auto* expression : {&in_object, &assigned, &of_error}) find_all(source, *expression, events);
  if (std::regex_search(source, computed)) find_all(source, returned, events);
  return events;
}

std::set<std::string> written() {
  std::set<std::string> events;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(TENURE_SOURCE_DIR) / "src")) {
    if (entry.path().extension() != ".cc") continue;
    events.merge(events_in(text_of(entry.path())));
  }
  return events;
}

/// The first column of the page's first table.
std::set<std::string> documented() {
  std::set<std::string> events;
  std::ifstream page(fs::path(TENURE_SOURCE_DIR) / "docs" / "logs.md");
  bool is_in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| `event` |")) {
      is_in_table = true;
    } else if (is_in_table && !line.starts_with("|")) {
      break;
    } else if (is_in_table) {
      find_all(line.substr(0, line.find(" | ")), std::regex("`([a-z_]+)`"), events);
    }
  }
  return events;
}

TEST(LogEvents, AreFoundHoweverASourceWritesThem) {
  EXPECT_EQ(events_in(R"(json line = {{"event", "step"},   {"job", 1}};)"), std::set<std::string>{"step"});
  EXPECT_EQ(events_in(R"(line["event"] = "audit_checkpoint";)"), std::set<std::string>{"audit_checkpoint"});
  EXPECT_EQ(events_in(R"(log_error("job_error", what);)"), std::set<std::string>{"job_error"});
  EXPECT_EQ(events_in(R"(return "sent"; } line{{"event", event_of(it)}};)"), std::set<std::string>{"sent"});
  EXPECT_EQ(events_in(R"(return "sent"; } line["event"] = event_of(it);)"), std::set<std::string>{"sent"});
  EXPECT_EQ(events_in(R"(return "sent"; } {"type", "event"})"), std::set<std::string>());
}

TEST(LogEvents, AreThoseOfTheirPage) {
  EXPECT_GT(written().size(), 15U);
  EXPECT_EQ(documented(), written());
}

}  // namespace
}  // namespace tenure::cli
