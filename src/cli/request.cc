#include "cli/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/ids.h"
#include "cli/backend.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '-' || letter == '_' || letter == '.' || letter == '~';
}

bool is_refused_in_paths(char letter) {
  const auto code = static_cast<unsigned char>(letter);
  return code < 0x20 || code == 0x7F || letter == '/' || letter == '\\' || letter == ';' || letter == '%';
}

/// RFC 3986, section 2.1.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char letter : text) {
    if (is_unreserved(letter)) {
      encoded += letter;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return encoded;
}

std::string with_part(std::string path, std::string_view part) {
  if (!part.empty()) path += fmt::format("/{}", part);
  return path;
}

void require_utf8(const json& value, const char* field) {
  try {
    static_cast<void>(value.dump());
  } catch (const json::exception&) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not UTF-8", field));
  }
}

}  // namespace

std::string tenant_path(const Options& options, std::string_view part) {
  return with_part("/api/v1/tenants/" + TenantId::parse(options.tenant).str(), part);
}

std::string user_path(const Options& options, std::string_view part) {
  return with_part("/api/v1/auth/users/" + UserId::parse(options.user).str(), part);
}

std::string page_path(const Options& options, std::string_view path) {
  auto paged = fmt::format("{}?limit={}", path, options.limit);
  if (options.cursor) paged += "&cursor=" + query_value(*options.cursor);
  return paged;
}

std::string path_segment(std::string_view text, std::string_view field) {
  if (text.empty()) throw Error(ErrorCode::invalid_argument, fmt::format("{}: missing", field));
  if (text == "." || text == ".." || std::any_of(text.begin(), text.end(), is_refused_in_paths)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a name", field));
  }
  return percent_encoded(text);
}

std::string query_value(std::string_view text) { return percent_encoded(text); }

json body_of(std::initializer_list<Field> fields) {
  auto body = json::object();
  for (const auto& field : fields) {
    if (!field.value) continue;
    body[field.name] = *field.value;
    require_utf8(body[field.name], field.name);
  }
  return body;
}

int send_and_print(const Options& options, const std::string& method, const std::string& path, const json& body,
                   ToText to_text) {
  print(options, make_backend(options)->send(method, path, body), to_text);
  return 0;
}

int send_and_say(const Options& options, const std::string& method, const std::string& path, const json& body,
                 std::string_view done) {
  make_backend(options)->send(method, path, body);
  std::cout << (options.json ? "{}" : done) << "\n";
  return 0;
}

}  // namespace tenure::cli
