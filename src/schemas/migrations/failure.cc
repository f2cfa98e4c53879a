#include "schemas/migrations/failure.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::schemas {
namespace {

constexpr std::size_t kLongest = 100;

}  // namespace

std::string first_line(std::string_view text) {
  auto line = text.substr(0, text.find('\n'));
  if (line.size() <= kLongest) return std::string(line);
  line = line.substr(0, kLongest);
  // Not in the middle of a UTF-8 sequence.
  while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80) line.remove_suffix(1);
  if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xC0) line.remove_suffix(1);
  return std::string(line) + "…";
}

std::string Failure::text() const {
  if (file.empty()) return error.what();
  const auto where = line > 0 ? fmt::format("{}:{}", file, line) : file;
  const auto at = statement.empty() ? std::string() : fmt::format(", at: {}", statement);
  return fmt::format("{}: {}{}", where, error.what(), at);
}

Failure failure_in(const Script& script, const Statement& statement, Error error, int line) {
  return {.file = script.file.string(),
          .line = line > 0 ? line : statement.line,
          .statement = first_line(statement.text),
          .error = std::move(error)};
}

Failure failure_of(Error error) { return {.file = {}, .statement = {}, .error = std::move(error)}; }

}  // namespace tenure::schemas
