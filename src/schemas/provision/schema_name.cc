#include "schemas/provision/schema_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/utf8.h"

namespace tenure::schemas {
namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1
constexpr std::size_t kSuffix = 8;

constexpr std::array<std::string_view, 6> kReservedSchemas{"public",  "information_schema", "tenure",
                                                           "tenancy", "identity",           "super_tenant"};

// What PostgreSQL 15 lists as reserved, and as reserved but for functions and types (pg_get_keywords).
constexpr std::array<std::string_view, 100> kReservedWords{"all",
                                                           "analyse",
                                                           "analyze",
                                                           "and",
                                                           "any",
                                                           "array",
                                                           "as",
                                                           "asc",
                                                           "asymmetric",
                                                           "authorization",
                                                           "binary",
                                                           "both",
                                                           "case",
                                                           "cast",
                                                           "check",
                                                           "collate",
                                                           "collation",
                                                           "column",
                                                           "concurrently",
                                                           "constraint",
                                                           "create",
                                                           "cross",
                                                           "current_catalog",
                                                           "current_date",
                                                           "current_role",
                                                           "current_schema",
                                                           "current_time",
                                                           "current_timestamp",
                                                           "current_user",
                                                           "default",
                                                           "deferrable",
                                                           "desc",
                                                           "distinct",
                                                           "do",
                                                           "else",
                                                           "end",
                                                           "except",
                                                           "false",
                                                           "fetch",
                                                           "for",
                                                           "foreign",
                                                           "freeze",
                                                           "from",
                                                           "full",
                                                           "grant",
                                                           "group",
                                                           "having",
                                                           "ilike",
                                                           "in",
                                                           "initially",
                                                           "inner",
                                                           "intersect",
                                                           "into",
                                                           "is",
                                                           "isnull",
                                                           "join",
                                                           "lateral",
                                                           "leading",
                                                           "left",
                                                           "like",
                                                           "limit",
                                                           "localtime",
                                                           "localtimestamp",
                                                           "natural",
                                                           "not",
                                                           "notnull",
                                                           "null",
                                                           "offset",
                                                           "on",
                                                           "only",
                                                           "or",
                                                           "order",
                                                           "outer",
                                                           "overlaps",
                                                           "placing",
                                                           "primary",
                                                           "references",
                                                           "returning",
                                                           "right",
                                                           "select",
                                                           "session_user",
                                                           "similar",
                                                           "some",
                                                           "symmetric",
                                                           "table",
                                                           "tablesample",
                                                           "then",
                                                           "to",
                                                           "trailing",
                                                           "true",
                                                           "union",
                                                           "unique",
                                                           "user",
                                                           "using",
                                                           "variadic",
                                                           "verbose",
                                                           "when",
                                                           "where",
                                                           "window",
                                                           "with"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

Error problem(std::string_view what) { return Error(ErrorCode::invalid_argument, fmt::format("name: {}", what)); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Looks as if it ended in a digest; were it taken as it is, two texts could get one name.
bool ends_like_a_digest(std::string_view text) {
  if (text.size() <= kSuffix || text[text.size() - kSuffix - 1] != '_') return false;
  const auto suffix = text.substr(text.size() - kSuffix);
  return std::all_of(suffix.begin(), suffix.end(), is_hexadecimal);
}

bool can_stay(std::string_view text) {
  const auto is_safe = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
  return std::all_of(text.begin(), text.end(), is_safe) && !ends_like_a_digest(text);
}

bool is_reserved_word(std::string_view name) {
  return std::find(kReservedWords.begin(), kReservedWords.end(), name) != kReservedWords.end();
}

/// "Café  Müller" → "caf_m_ller".
std::string folded(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_lower(lower) || is_digit(lower)) {
      safe += lower;
    } else if (!safe.empty() && safe.back() != '_') {
      safe += '_';
    }
  }
  while (!safe.empty() && safe.back() == '_') safe.pop_back();
  return safe;
}

std::string with_digest(std::string_view prefix, std::string_view text) {
  const auto safe = folded(text);
  return fmt::format("{}{}{}{}", prefix, safe, safe.empty() ? "" : "_", Digest().add(text).hex().substr(0, kSuffix));
}

void check_text(std::string_view text) {
  if (text.empty()) throw problem("is empty");
  if (find_invalid_utf8(text) != std::string_view::npos) throw problem("is not UTF-8 text");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_control)) throw problem("holds a control character");
}

}  // namespace

std::string told_apart(std::string_view name, std::string_view whose) {
  return fmt::format("{}_{}", name.substr(0, kLongestName - kSuffix - 1), Digest().add(whose).hex().substr(0, kSuffix));
}

bool is_reserved_schema(std::string_view name) {
  return name.starts_with("pg_") || name.starts_with("tenure_") ||
         std::find(kReservedSchemas.begin(), kReservedSchemas.end(), name) != kReservedSchemas.end();
}

std::string schema_name_for(std::string_view prefix, std::string_view typed, std::string_view reference) {
  const auto text = trimmed(typed);
  check_text(text);
  auto name = std::string(prefix) + std::string(text);
  const bool starts_well = is_lower(name.front()) || name.front() == '_';
  if (!can_stay(text) || !starts_well || is_reserved_word(name)) name = with_digest(prefix, text);
  // Without a prefix nothing but digits may be left.
  if (is_digit(name.front())) name.insert(0, 1, '_');
  if (name.size() > kLongestName) {
    throw problem(fmt::format("is too long: the schema's name would have {} bytes, and PostgreSQL allows {}",
                              name.size(), kLongestName));
  }
  if (is_reserved_schema(name) || name == reference) throw problem(fmt::format("{} is reserved", name));
  return name;
}

}  // namespace tenure::schemas
