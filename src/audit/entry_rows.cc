#include "audit/entry_rows.h"

#include <array>
#include <charconv>

#include "base/error.h"

namespace tenure::audit {
namespace {

using Column = std::optional<std::string>;
constexpr std::size_t kColumns = 10;

std::optional<Uuid> uuid_in(const Column& column) {
  if (!column) return std::nullopt;
  return Uuid::parse(*column, "audit log");
}

std::int64_t number_in(const Column& column) {
  std::int64_t number = 0;
  const auto& text = column.value();
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    throw Error(ErrorCode::corrupt, "the audit log has a number that is none");
  }
  return number;
}

Entry entry_of(std::array<Column, kColumns> columns) {
  for (const std::size_t never_null : {0U, 1U, 2U, 3U, 8U, 9U}) {
    if (!columns.at(never_null)) throw Error(ErrorCode::corrupt, "the audit log has an entry with a part missing");
  }
  return {.sequence = number_in(columns[0]),
          .micros = number_in(columns[1]),
          .action = parse_action(*columns[2]),
          .actor_kind = parse_actor_kind(*columns[3]),
          .actor = uuid_in(columns[4]),
          .tenant = std::move(columns[5]),
          .person = std::move(columns[6]),
          .job = uuid_in(columns[7]),
          .note = *uuid_in(columns[8]),
          .hash = *std::move(columns[9])};
}

}  // namespace

Entry read_entry(const pg::Result& rows, int row) {
  std::array<Column, kColumns> columns;
  for (std::size_t at = 0; at < kColumns; ++at) columns.at(at) = rows.optional_text(row, static_cast<int>(at));
  return entry_of(std::move(columns));
}

Entry read_entry(std::string_view copied) {
  if (copied.ends_with('\n')) copied.remove_suffix(1);
  std::array<Column, kColumns> columns;
  for (auto& column : columns) {
    const auto tab = copied.find('\t');
    const auto text = copied.substr(0, tab);
    if (text != "\\N") column = std::string(text);
    copied = tab == std::string_view::npos ? std::string_view() : copied.substr(tab + 1);
  }
  if (!copied.empty()) throw Error(ErrorCode::corrupt, "the audit log has more columns than it should");
  return entry_of(std::move(columns));
}

}  // namespace tenure::audit
