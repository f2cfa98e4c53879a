#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

/// The small notations that values of an estate file are written in. Pure functions of the text.
namespace tenure::estate {

/// A table and some of its columns, or one other named thing of it: a constraint, a trigger.
struct TableParts {
  std::string table;  ///< "orders" or "sales.orders"
  std::vector<std::string> parts;
};

/// "500ms", "60s", "5m" or "2h"; from one millisecond to a day.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// "30d"; from one day to 365.
std::optional<std::chrono::seconds> parse_days(std::string_view text);

/// "50" or "0.5"; finite and above zero.
std::optional<double> parse_positive_number(std::string_view text);

/// "0" or "12"; at most 10,000.
std::optional<int> parse_small_count(std::string_view text);

/// "order_id" or "tenant_id, order_id" → the names, without the spaces; nullopt when one is not a name or is there
/// twice.
std::optional<std::vector<std::string>> parse_names(std::string_view text);

/// "table.column", "schema.table.column", "table.(a, b)" or "schema.table.(a, b)".
std::optional<TableParts> parse_table_parts(std::string_view text);

/// A name of PostgreSQL's that needs no quoting in these notations: 1 to 63 bytes without any of . , ( ) " or a
/// control character, and without a space at either end.
bool is_name(std::string_view text);
/// "orders" or "sales.orders".
bool is_table(std::string_view text);
/// A setting of an application's own: "app.tenant_id"; words with dots between them, at least one dot.
bool is_custom_setting(std::string_view text);
/// [a-z][a-z0-9_]{0,62}
bool is_service_name(std::string_view text);
/// As a service name, with hyphens too.
bool is_prefix(std::string_view text);
/// [a-z_][a-z0-9_]{0,30}, but not "pg_…": what names of schemas can begin with.
bool is_schema_prefix(std::string_view text);
/// Prefixes joined by "/": "models/user".
bool is_route_path(std::string_view text);

}  // namespace tenure::estate
