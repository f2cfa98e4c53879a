#include "schemas/migrations/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tenure::schemas {
namespace {

// Statements that change nothing of a session. A call of a function can change settings, and so can a DO.
constexpr std::array<std::string_view, 11> kHarmless{"create", "alter", "drop",   "comment", "insert",  "update",
                                                     "delete", "grant", "revoke", "refresh", "truncate"};

bool is_harmless(const Statement& statement) {
  if (statement.words.empty()) return false;
  if (statement.words.size() > 1 && statement.words[1].starts_with("temp")) return false;
  return std::find(kHarmless.begin(), kHarmless.end(), statement.words.front()) != kHarmless.end();
}

/// The byte at which the character of this number begins, counted from 1.
std::size_t byte_of_character(std::string_view text, int number) {
  int seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80;
    if (begins && ++seen == number) return at;
  }
  return text.size();
}

}  // namespace

void Batch::add(const Script& script) {
  text_ += fmt::format("SET LOCAL search_path = {};\n", search_path_);
  parts_.push_back({&script, text_.size()});
  text_ += script.text;
  text_ += "\n;\n";
}

std::optional<Failure> Batch::run(pg::Connection& connection) const {
  auto outcome = connection.try_script(pg::Sql::script_from_operator(text_));
  if (!outcome.error) return std::nullopt;
  return failure_at(std::move(outcome));
}

// The grammar of all statements is checked before the first of them runs, so a mistake in it has a position but no
// statement; most other errors have only the number of statements that went well before.
Failure Batch::failure_at(pg::ScriptOutcome outcome) const {
  return outcome.position > 0 ? failure_by_position(outcome.position, std::move(*outcome.error))
                              : failure_by_count(outcome.completed, std::move(*outcome.error));
}

Failure Batch::failure_by_position(int position, Error error) const {
  const auto byte = byte_of_character(text_, position);
  auto part = parts_.rbegin();
  while (part->start > byte && std::next(part) != parts_.rend()) ++part;
  const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(part->start);
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::max(byte, part->start));
  const int line = 1 + static_cast<int>(std::count(begin, end, '\n'));
  const auto& statements = part->script->statements;
  const auto found =
      std::find_if(statements.rbegin(), statements.rend(), [&](const auto& one) { return one.line <= line; });
  const auto& statement = found == statements.rend() ? statements.front() : *found;
  return failure_in(*part->script, statement, std::move(error), line);
}

Failure Batch::failure_by_count(int completed, Error error) const {
  auto index = static_cast<std::size_t>(completed);
  for (const auto& part : parts_) {
    const auto& statements = part.script->statements;
    // One more than those of the script: the setting in front.
    if (index <= statements.size() || &part == &parts_.back()) {
      const auto at = std::min(index == 0 ? 0 : index - 1, statements.size() - 1);
      return failure_in(*part.script, statements[at], std::move(error));
    }
    index -= statements.size() + 1;
  }
  return failure_of(std::move(error));
}

bool Batch::leaves_session_clean() const {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return std::all_of(part.script->statements.begin(), part.script->statements.end(), is_harmless);
  });
}

}  // namespace tenure::schemas
