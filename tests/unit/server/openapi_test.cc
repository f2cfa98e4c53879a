#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "server/contract_routes.h"
#include "server/health_routes.h"
#include "server/job_routes.h"
#include "server/openapi_routes.h"

namespace tenure::server {
namespace {

using nlohmann::json;

const SystemClock kClock;

/// Something to refer to for routes that are only registered, never called.
template <class T>
T& never_used() {
  alignas(std::max_align_t) static std::byte room[sizeof(T)];
  return *reinterpret_cast<T*>(room);
}

/// Every route that the binary has, with a service whose prefix and user path read like the document's parameters.
Router all_routes() {
  Router router;
  add_contract_routes(router, {{.name = "svc", .prefix = "{svc}", .user_path = "{user_path}", .data_store = nullptr}},
                      kClock);
  add_health_routes(router, {});
  add_openapi_routes(router);
  add_job_routes(router, {never_used<jobs::JobStore>(), never_used<erasure::Orchestrator>(),
                          never_used<erasure::EraseTenant>(), never_used<erasure::JobRunner>()});
  return router;
}

json document() { return json::parse(openapi_document()); }

std::string lower(std::string text) {
  for (auto& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

TEST(OpenApi, DocumentsEveryRouteAndNothingElse) {
  std::set<std::string> registered;
  const auto router = all_routes();
  for (const auto& route : router.routes()) registered.insert(lower(route.method) + " " + route.pattern);
  std::set<std::string> documented;
  const auto api = document();
  for (const auto& [path, methods] : api["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) documented.insert(method + " " + path);
  }
  EXPECT_EQ(registered, documented);
}

TEST(OpenApi, SaysWhichRoutesNeedNoToken) {
  const auto api = document();
  const auto router = all_routes();
  for (const auto& route : router.routes()) {
    const auto& operation = api["paths"].at(route.pattern).at(lower(route.method));
    const bool is_public = operation.contains("security") && operation["security"].empty();
    EXPECT_EQ(is_public, route.access.kind() == AccessRule::Kind::public_) << route.pattern;
    EXPECT_EQ(operation["responses"].contains("401"), !is_public) << route.pattern;
  }
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
      for (const auto segment : split_path(path)) {
        if (!segment.empty() && segment.front() == '{') in_path.erase(std::string(segment));
        EXPECT_NE(segment, "{}") << path;
      }
      EXPECT_TRUE(in_path.empty()) << method << " " << path << ": " << *in_path.begin() << " is not in the path";
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
