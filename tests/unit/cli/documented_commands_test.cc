#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "cli/command_table.h"
#include "tests/support/paths.h"

// E8: every command that a document names is one, with options that it has.
namespace tenure::cli {
namespace {

struct Mention {
  std::string where;
  std::vector<std::string> words;
};

/// From each `tenure …` in backticks, and each line of a code block that begins so.
std::vector<Mention> mentions_in(const std::filesystem::path& document) {
  static const std::regex kInline("`tenure ([^`]+)`");
  static const std::regex kLine("^(?: {4,})?tenure ([^#]+).*$");
  std::ifstream file(document);
  std::vector<Mention> mentions;
  std::string line;
  const auto add = [&](int number, const std::string& text) {
    if (text.ends_with(" v1")) return;  // what a signature is over begins like a command
    std::istringstream words(std::regex_replace(text, std::regex("[\\[\\]\"]"), ""));
    mentions.push_back({document.filename().string() + ":" + std::to_string(number),
                        {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()}});
  };
  for (int number = 1; std::getline(file, line); ++number) {
    if (std::smatch found; std::regex_match(line, found, kLine)) add(number, found[1]);
    for (std::sregex_iterator at(line.begin(), line.end(), kInline), end; at != end; ++at) add(number, (*at)[1]);
  }
  return mentions;
}

std::vector<std::filesystem::path> documents() {
  const std::filesystem::path root = TENURE_SOURCE_DIR;
  std::vector<std::filesystem::path> all{root / "README.md"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  }
  return all;
}

bool is_word_of_a_command(const std::string& word) { return std::regex_match(word, std::regex("[a-z][a-z-]*")); }

/// What is wrong with it; empty when nothing is.
std::string problem_with(CLI::App& root, const std::vector<std::string>& words) {
  auto* command = &root;
  std::size_t at = 0;
  for (; at < words.size(); ++at) {
    const auto is_it = [&](CLI::App* sub) { return sub->get_name() == words[at]; };
    const auto next = command->get_subcommands(is_it);
    if (next.empty()) break;
    command = next.front();
  }
  const bool is_group = !command->get_subcommands([](CLI::App*) { return true; }).empty();
  if (is_group && at < words.size() && is_word_of_a_command(words[at])) return "no command \"" + words[at] + "\"";
  for (; at < words.size(); ++at) {
    if (!words[at].starts_with("--")) continue;
    const auto option = words[at].substr(0, words[at].find_first_of("=,;:"));
    if (command->get_option_no_throw(option) == nullptr) return "no option \"" + option + "\"";
  }
  return {};
}

TEST(DocumentedCommands, AreThereWithTheirOptions) {
  CommandTable table;
  add_all_commands(table);
  std::size_t seen = 0;
  for (const auto& document : documents()) {
    for (const auto& mention : mentions_in(document)) {
      ++seen;
      std::string text;
      for (const auto& word : mention.words) text += " " + word;
      EXPECT_EQ(problem_with(table.root(), mention.words), "") << mention.where << ": tenure" << text;
    }
  }
  EXPECT_GT(seen, 100U) << "the documents were not found";
}

TEST(DocumentedCommands, AMistakeIsNoticed) {
  CommandTable table;
  add_all_commands(table);
  EXPECT_EQ(problem_with(table.root(), {"job", "shwo", "JOB"}), "no command \"shwo\"");
  EXPECT_EQ(problem_with(table.root(), {"job", "list", "--sttaus", "failed"}), "no option \"--sttaus\"");
}

}  // namespace
}  // namespace tenure::cli
