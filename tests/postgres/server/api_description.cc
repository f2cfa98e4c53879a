#include "tests/postgres/server/api_description.h"

#include <algorithm>
#include <cctype>

#include "server/openapi_routes.h"
#include "server/problem.h"
#include "tests/support/json_schema.h"

namespace tenure::server {
namespace {

using nlohmann::json;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); });
  return text;
}

/// What tells a stranger how the program is made, or holds a secret.
std::vector<std::string> indiscretions_in(const Response& answer) {
  std::vector<std::string> found;
  for (const auto* word : {".cc:", ".h:", "std::", "tenure::", "PRIVATE KEY", "$argon2id", "password_hash",
                           "token_hash", "SELECT ", "select ", "insert into", "libpq"}) {
    if (answer.body.find(word) != std::string::npos) found.push_back(std::string("says ") + word);
  }
  return found;
}

}  // namespace

ApiDescription::ApiDescription() : document_(json::parse(openapi_document())) {}

const json& ApiDescription::operation(std::string_view route) const {
  const auto blank = route.find(' ');
  return document_.at("paths").at(std::string(route.substr(blank + 1))).at(lower(std::string(route.substr(0, blank))));
}

const json& ApiDescription::body_of(std::string_view route) const {
  static const json none;
  const auto& described = operation(route);
  if (!described.contains("requestBody")) return none;
  return described.at("requestBody").at("content").at("application/json").at("schema");
}

std::vector<std::string> ApiDescription::problems_of(std::string_view route, const Response& answer) const {
  auto problems = indiscretions_in(answer);
  if (route == "GET /api/v1/openapi.json") problems.clear();  // it speaks of these things
  const auto& responses = operation(route).at("responses");
  const auto status = std::to_string(answer.status);
  if (!responses.contains(status)) return {"answers " + status + ", which is not described: " + answer.body};
  const auto& response = test::resolved(responses.at(status), document_);
  if (!response.contains("content")) {
    if (!answer.body.empty() || !answer.content_type.empty()) problems.push_back(status + " has a body");
    return problems;
  }
  const auto& content = response.at("content");
  if (!content.contains(answer.content_type)) return {status + " is described otherwise than " + answer.content_type};
  if (answer.status >= 400 && answer.status != 500 && answer.content_type != kProblemType) {
    problems.push_back(status + " is no problem+json");
  }
  const bool is_json = answer.content_type.find("json") != std::string::npos;
  const auto body = is_json ? json::parse(answer.body, nullptr, false) : json(answer.body);
  const auto& schema = content.at(answer.content_type).at("schema");
  for (auto& problem : test::problems_under(schema, body, document_)) problems.push_back(status + " " + problem);
  if (answer.content_type == kProblemType && body.value("request_id", "") != answer.headers.at("X-Request-Id")) {
    problems.push_back("its request ids differ");
  }
  return problems;
}

}  // namespace tenure::server
