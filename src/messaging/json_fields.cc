#include "messaging/json_fields.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::messaging {
namespace {

using nlohmann::json;

Error wrong(std::string_view field, std::string_view why) {
  return Error(ErrorCode::invalid_argument, fmt::format("{}: {}", field, why));
}

}  // namespace

json object_from(std::string_view text, std::string_view what) {
  auto body = json::parse(text, nullptr, false);
  if (!body.is_object()) throw wrong(what, "is not a JSON object");
  return body;
}

std::string required_text(const json& body, const char* field) {
  auto text = optional_text(body, field);
  if (!text) throw wrong(field, "is missing");
  return *std::move(text);
}

std::optional<std::string> optional_text(const json& body, const char* field) {
  const auto found = body.find(field);
  if (found == body.end()) return std::nullopt;
  if (!found->is_string()) throw wrong(field, "is not text");
  return found->get<std::string>();
}

std::int64_t required_number(const json& body, const char* field) {
  const auto found = body.find(field);
  if (found == body.end()) throw wrong(field, "is missing");
  if (!found->is_number_integer() || found->get<std::int64_t>() < 0)
    throw wrong(field, "is not a whole number of 0 or more");
  return found->get<std::int64_t>();
}

}  // namespace tenure::messaging
