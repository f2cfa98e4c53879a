#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "estate/estate.h"

namespace tenure::estate {

/// Variables for a test; what is not here is not set.
inline Variables variables_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(std::string(name));
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

inline Estate read(std::string_view text, const Variables& variables = variables_of({}),
                   DatabaseSource source = DatabaseSource::urls) {
  return parse_estate(text, "estate.yaml", variables, source);
}

/// Every problem of the text, or none.
inline std::vector<std::string> problems_of(std::string_view text, const Variables& variables = variables_of({}),
                                            DatabaseSource source = DatabaseSource::urls) {
  try {
    read(text, variables, source);
    return {};
  } catch (const Error& error) {
    return error.code() == ErrorCode::invalid_argument ? error.problems() : std::vector<std::string>{"another code"};
  }
}

/// A file whose service orders, on line 3, has `lines` from line 4 on, indented as they need.
inline std::string with_orders(std::string_view lines) {
  return "estate: e\nservices:\n  orders:\n" + std::string(lines);
}

/// The same with a database on line 4 and `lines` from line 5 on.
inline std::string with_database(std::string_view lines) {
  return with_orders("    database: postgresql://db/orders\n" + std::string(lines));
}

/// The same with a section of who is told.
inline std::string with_notifications(std::string_view lines) {
  return with_database("") + "notifications:\n" + std::string(lines);
}

}  // namespace tenure::estate
