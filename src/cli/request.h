#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/print.h"

namespace tenure::cli {

/// The parts of a request to the HTTP API, made of what the command line said.

/// "/api/v1/tenants/{id}" and then `part`. @throws Error(invalid_argument) when --tenant or its argument is no UUID.
std::string tenant_path(const Options& options, std::string_view part = {});
std::string user_path(const Options& options, std::string_view part = {});
/// The path with --limit and --cursor as its query.
std::string page_path(const Options& options, std::string_view path);

/// One segment of a path, percent-encoded. @throws Error(invalid_argument) naming `field` for what no route takes and
/// what would name another one: nothing at all, "." and "..", a slash, backslash, semicolon, percent sign or control
/// character.
std::string path_segment(std::string_view text, std::string_view field);
/// A value in a query, percent-encoded.
std::string query_value(std::string_view text);

struct Field {
  const char* name;
  std::optional<std::string> value;
};
/// A body with the fields that have a value. @throws Error(invalid_argument) naming one that is not UTF-8.
nlohmann::json body_of(std::initializer_list<Field> fields);

/// The rest of most commands: sends the request, prints the answer; returns the exit status.
int send_and_print(const Options& options, const std::string& method, const std::string& path,
                   const nlohmann::json& body, ToText to_text);
/// The same for a route that answers without a body; prints `done` as a line, or {} as JSON.
int send_and_say(const Options& options, const std::string& method, const std::string& path, const nlohmann::json& body,
                 std::string_view done);

}  // namespace tenure::cli
