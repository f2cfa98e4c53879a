#include "schemas/migrations/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/utf8.h"

namespace tenure::schemas {
namespace {

constexpr std::string_view kNoTransaction = "-- tenure: no-transaction";
constexpr std::string_view kDirective = "-- tenure:";

// What would end or begin the transaction that a migration runs in.
constexpr std::array<std::string_view, 6> kTransactionWords{"begin", "start", "commit", "end", "rollback", "abort"};

std::string without_carriage_returns(std::string text) {
  std::string::size_type at = 0;
  while ((at = text.find("\r\n", at)) != std::string::npos) text.erase(at, 1);
  return text;
}

/// The lines at the top of a file that are for us; true when one says that there is to be no transaction.
bool read_directives(const std::string& name, std::string_view text, std::vector<std::string>& problems) {
  bool has_none = false;
  for (int line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    auto words = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!words.empty() && words.back() == ' ') words.remove_suffix(1);
    if (words.empty()) continue;
    if (!words.starts_with("--")) break;
    if (words == kNoTransaction) {
      has_none = true;
    } else if (words.starts_with(kDirective)) {
      problems.push_back(fmt::format("{}:{}: only \"{}\" can stand here", name, line, kNoTransaction));
    }
  }
  return has_none;
}

/// What must not be in a migration, or nothing.
std::string problem_of(const Statement& statement, bool is_transactional) {
  const auto is_first = [&](std::string_view word) { return statement.starts_with({word}); };
  const bool is_of_transactions = std::any_of(kTransactionWords.begin(), kTransactionWords.end(), is_first) ||
                                  statement.starts_with({"prepare", "transaction"}) || is_first("savepoint") ||
                                  is_first("release");
  if (is_of_transactions) {
    return is_transactional ? "a migration is one transaction already; this would end it half way"
                            : "each statement of this file commits by itself; this has no place in it";
  }
  const auto& words = statement.words;
  if (is_first("copy") && statement.text.find_first_of("sS") != std::string::npos) {
    auto lower = statement.text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.find("from stdin") != std::string::npos) return "the rows of COPY FROM STDIN cannot stand in a migration";
  }
  if (is_first("set") && std::find(words.begin(), words.end(), "standard_conforming_strings") != words.end()) {
    return "standard_conforming_strings must stay as it is, or quotes cannot be read";
  }
  if (statement.starts_with({"create", "database"}) || statement.starts_with({"drop", "database"})) {
    return "a migration changes one schema; databases are not its business";
  }
  return {};
}

}  // namespace

Script parse_script(const std::filesystem::path& file, std::string text, std::vector<std::string>& problems) {
  const auto name = file.string();
  Script script{.file = file, .text = without_carriage_returns(std::move(text))};
  if (script.text.starts_with("\xEF\xBB\xBF")) script.text.erase(0, 3);
  if (script.text.find('\0') != std::string::npos || find_invalid_utf8(script.text) != std::string_view::npos) {
    problems.push_back(fmt::format("{}: is not UTF-8 text", name));
    return script;
  }
  script.is_transactional = !read_directives(name, script.text, problems);
  try {
    script.statements = split_statements(script.text);
  } catch (const Error& error) {
    // "line 7: what" → "file:7: what"
    problems.push_back(
        fmt::format("{}:{}", name, std::string_view(error.what()).substr(std::string_view("line ").size())));
    return script;
  }
  if (script.statements.empty()) problems.push_back(fmt::format("{}: holds no statement", name));
  for (const auto& statement : script.statements) {
    if (const auto what = problem_of(statement, script.is_transactional); !what.empty()) {
      problems.push_back(fmt::format("{}:{}: {}", name, statement.line, what));
    }
  }
  return script;
}

Script read_script(const std::filesystem::path& file, std::vector<std::string>& problems) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    problems.push_back(fmt::format("{}: is not a file", file.string()));
    return {};
  }
  if (std::filesystem::file_size(file, error) > kLargestScript) {
    problems.push_back(fmt::format("{}: is larger than {} MiB", file.string(), kLargestScript >> 20U));
    return {};
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open() || stream.bad()) {
    problems.push_back(fmt::format("{}: cannot be read", file.string()));
    return {};
  }
  return parse_script(file, std::move(text).str(), problems);
}

}  // namespace tenure::schemas
