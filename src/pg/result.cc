#include "pg/result.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>

#include "base/error.h"

namespace tenure::pg {

std::string Params::array_of_text(const std::vector<std::string>& values) {
  std::string array = "{";
  for (const auto& value : values) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

Result::Result(pg_result* result) : result_(result, &PQclear) {}

int Result::rows() const { return PQntuples(result_.get()); }

bool Result::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view Result::view(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::string Result::text(int row, int column) const { return std::string(view(row, column)); }

std::optional<std::string> Result::optional_text(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return text(row, column);
}

std::int64_t Result::int64(int row, int column) const {
  const auto value = view(row, column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    throw Error(ErrorCode::internal, fmt::format("column {} is not an integer", column));
  }
  return number;
}

bool Result::boolean(int row, int column) const { return view(row, column) == "t"; }

std::vector<std::string> Result::text_array(int row, int column) const {
  std::vector<std::string> items;
  const auto text = view(row, column);
  if (text.size() < 2) return items;
  std::string item;
  bool is_quoted = false;
  bool has_item = false;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      item.push_back(text[++at]);
    } else if (c == '"') {
      is_quoted = !is_quoted;
      has_item = true;
    } else if (c == ',' && !is_quoted) {
      items.push_back(std::move(item));
      item.clear();
      has_item = true;
      continue;
    } else {
      item.push_back(c);
    }
    has_item = true;
  }
  if (has_item) items.push_back(std::move(item));
  return items;
}

std::string Result::command() const { return PQcmdStatus(result_.get()); }

std::int64_t Result::affected() const {
  const std::string_view count = PQcmdTuples(result_.get());
  std::int64_t number = 0;
  std::from_chars(count.data(), count.data() + count.size(), number);
  return number;
}

}  // namespace tenure::pg
