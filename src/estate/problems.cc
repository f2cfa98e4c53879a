#include "estate/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace tenure::estate {
namespace {

constexpr std::size_t kLongestShown = 60;

bool is_continuation_byte(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

void Problems::add(int line, std::string_view path, std::string_view what) {
  std::string text = file_;
  if (line > 0) text += fmt::format(":{}", line);
  if (!path.empty()) text += fmt::format(": {}", path);
  problems_.push_back({line, fmt::format("{}: {}", text, what)});
}

void Problems::throw_if_any() const {
  if (problems_.empty()) return;
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  std::vector<std::string> texts;
  for (auto& problem : sorted) texts.push_back(std::move(problem.text));
  auto summary = texts.size() == 1 ? texts.front() : fmt::format("{}: {} problems", file_, texts.size());
  throw Error(ErrorCode::invalid_argument, std::move(summary)).with_problems(std::move(texts));
}

std::string shown(std::string_view text) {
  bool is_cut = false;
  if (text.size() > kLongestShown) {
    std::size_t end = kLongestShown;
    while (end > 0 && is_continuation_byte(text[end])) --end;
    text = text.substr(0, end);
    is_cut = true;
  }
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return is_cut ? line + "…" : line;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = 3;
  if (word.size() > kLongestShown) return best;
  for (const auto candidate : known) {
    const auto distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace tenure::estate
