#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "server/openapi_routes.h"
#include "tests/unit/server/all_routes.h"

namespace tenure::server {
namespace {

using nlohmann::json;

json document() { return json::parse(openapi_document()); }

/// Those of the API: pages are not described there.
std::vector<Route> routes_of_api() {
  std::vector<Route> routes;
  const auto router = all_routes();
  for (const auto& route : router.routes()) {
    if (route.access.line().permission != Permission::open_dashboard) routes.push_back(route);
  }
  return routes;
}

std::string lower(std::string text) {
  for (auto& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

TEST(OpenApi, DocumentsEveryRouteAndNothingElse) {
  std::set<std::string> registered;
  for (const auto& route : routes_of_api()) registered.insert(lower(route.method) + " " + route.pattern);
  std::set<std::string> documented;
  const auto api = document();
  for (const auto& [path, methods] : api["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) documented.insert(method + " " + path);
  }
  EXPECT_EQ(registered, documented);
}

TEST(OpenApi, SaysWhichRoutesNeedNoToken) {
  const auto api = document();
  for (const auto& route : routes_of_api()) {
    const auto& operation = api["paths"].at(route.pattern).at(lower(route.method));
    const bool is_public = operation.contains("security") && operation["security"].empty();
    EXPECT_EQ(is_public, route.access.is_public()) << route.pattern;
    EXPECT_TRUE(is_public || operation["responses"].contains("401")) << route.pattern;
    const bool is_limited = route.access.line().counted_by != CountedBy::nothing;
    EXPECT_EQ(operation["responses"].contains("429"), is_limited) << route.pattern;
  }
}

// B10: the document and the permission table say the same.
TEST(OpenApi, NamesThePermissionOfEachRoute) {
  const auto api = document();
  for (const auto& route : routes_of_api()) {
    const auto& operation = api["paths"].at(route.pattern).at(lower(route.method));
    EXPECT_EQ(operation.at("x-tenure-permission"), route.access.line().name) << route.method << " " << route.pattern;
  }
}

// Nobody sets what they may not: a body has the fields that are written there, and no others.
TEST(OpenApi, ClosesEveryRequestBody) {
  const auto api = document();
  int bodies = 0;
  for (const auto& [path, methods] : api["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (!operation.contains("requestBody")) continue;
      ++bodies;
      const auto& schema = operation["requestBody"]["content"].at("application/json").at("schema");
      EXPECT_EQ(schema.at("additionalProperties"), false) << method << " " << path;
      for (const auto& field : schema.at("required")) {
        EXPECT_TRUE(schema.at("properties").contains(field.get<std::string>())) << method << " " << path;
      }
    }
  }
  EXPECT_GT(bodies, 20);
}

/// Every "$ref" in the document points at something in it.
void expect_references_resolve(const json& part, const json& api) {
  if (part.is_object() && part.contains("$ref")) {
    const auto target = part["$ref"].get<std::string>();
    EXPECT_TRUE(api.contains(json::json_pointer(target.substr(1)))) << target;
  }
  if (part.is_structured()) {
    for (const auto& child : part) expect_references_resolve(child, api);
  }
}

TEST(OpenApi, IsConsistent) {
  const auto api = document();
  EXPECT_EQ(api["openapi"], "3.1.0");
  expect_references_resolve(api, api);
  std::set<std::string> ids;
  for (const auto& [path, methods] : api["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << operation["operationId"];
      std::set<std::string> in_path;
      for (const auto& parameter : operation.value("parameters", json::array())) {
        const auto& resolved = parameter.contains("$ref")
                                   ? api[json::json_pointer(parameter["$ref"].get<std::string>().substr(1))]
                                   : parameter;
        if (resolved["in"] == "path") in_path.insert("{" + resolved["name"].get<std::string>() + "}");
      }
      std::set<std::string> expected;
      for (const auto segment : split_path(path)) {
        if (segment.starts_with('{')) expected.emplace(segment);
      }
      EXPECT_EQ(in_path, expected) << method << " " << path;
    }
  }
}

TEST(OpenApi, IsServed) {
  Router router;
  add_openapi_routes(router);
  const auto outcome = router.find("GET", "/api/v1/openapi.json");
  EXPECT_EQ(std::get<Router::Match>(outcome).route->handler(Request{}).body, openapi_document());
}

}  // namespace
}  // namespace tenure::server
