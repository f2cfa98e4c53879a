#include "server/router.h"

#include <gtest/gtest.h>

#include <optional>
#include <type_traits>

#include "base/error.h"

namespace tenure::server {
namespace {

static_assert(!std::is_default_constructible_v<AccessRule> && !std::is_default_constructible_v<Route>,
              "a route without an access rule must not compile");

Route route(const std::string& method, const std::string& pattern) {
  return {.method = method,
          .pattern = pattern,
          .access = AccessRule::of(Permission::read_health),
          .handler = [](const Request&) { return Response{}; }};
}

Router table() {
  Router router;
  router.add(route("GET", "/api/v1/orders/tenant/{tenant_id}/deletion-preview"));
  router.add(route("DELETE", "/api/v1/orders/tenant/{tenant_id}"));
  router.add(route("DELETE", "/api/v1/training/models/user/{user_id}"));
  router.add(route("GET", "/jobs"));
  router.add(route("GET", "/jobs/{job_id}"));
  router.add(route("GET", "/jobs/latest"));
  router.add(route("GET", "/health/"));
  return router;
}

/// The pattern found, "404", "405 <allow>" or "400 <why>".
std::string find(const std::string& method, const std::string& path) {
  static const auto router = table();
  try {
    const auto outcome = router.find(method, path);
    if (std::holds_alternative<Router::UnknownPath>(outcome)) return "404";
    if (const auto* wrong = std::get_if<Router::WrongMethod>(&outcome)) return "405 " + wrong->allow;
    return std::get<Router::Match>(outcome).route->pattern;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return std::string("400 ") + error.what();
  }
}

TEST(Router, FindsARouteAndItsParameters) {
  const auto router = table();
  const auto outcome = router.find("DELETE", "/api/v1/orders/tenant/a%20b");
  const auto* match = std::get_if<Router::Match>(&outcome);
  ASSERT_NE(match, nullptr);
  EXPECT_EQ(match->route->pattern, "/api/v1/orders/tenant/{tenant_id}");
  EXPECT_EQ(match->path_parameters, (Fields{{"tenant_id", "a b"}}));
}

TEST(Router, PrefersALiteralToAParameterWhateverTheOrder) {
  EXPECT_EQ(find("GET", "/jobs/latest"), "/jobs/latest");
  EXPECT_EQ(find("GET", "/jobs/7"), "/jobs/{job_id}");
}

TEST(Router, AnswersUnknownPathsAndMethods) {
  EXPECT_EQ(find("GET", "/"), "404");
  EXPECT_EQ(find("GET", "/nothing"), "404");
  EXPECT_EQ(find("GET", "/api/v1/orders"), "404");
  EXPECT_EQ(find("POST", "/jobs"), "405 GET, HEAD");
  EXPECT_EQ(find("GET", "/api/v1/orders/tenant/1"), "405 DELETE");
  EXPECT_EQ(find("HEAD", "/jobs"), "/jobs");
  EXPECT_EQ(find("get", "/jobs"), "405 GET, HEAD");
}

TEST(Router, TakesATrailingSlashForAnotherPath) {
  EXPECT_EQ(find("GET", "/jobs/"), "404");
  EXPECT_EQ(find("DELETE", "/api/v1/orders/tenant/1/"), "404");
  EXPECT_EQ(find("DELETE", "/api/v1/orders/tenant/"), "404");
  EXPECT_EQ(find("GET", "/health/"), "/health/");
  EXPECT_EQ(find("GET", "/health"), "404");
}

TEST(Router, ComparesLiteralsAsSent) {
  EXPECT_EQ(find("GET", "/%6aobs"), "404");
  EXPECT_EQ(find("GET", "/JOBS"), "404");
  EXPECT_EQ(find("DELETE", "/api/v1/orders/tenan%74/1"), "404");
}

TEST(Router, RefusesPathsThatServersReadDifferently) {
  for (const auto* path : {"jobs",
                           "",
                           "//jobs",
                           "/jobs//7",
                           "/jobs/..",
                           "/jobs/../jobs",
                           "/./jobs",
                           "/jobs/.",
                           "/jobs/%2e%2e",
                           "/jobs/%2E.",
                           "/jobs/a%2fb",
                           "/jobs/a%2Fb",
                           "/jobs/%5cb",
                           "/jobs/a\\b",
                           "/jobs/7;x=1",
                           "/jobs/7%3bx",
                           "/jobs/%252e%252e",
                           "/jobs/%25",
                           "/jobs/%2",
                           "/jobs/%",
                           "/jobs/%zz",
                           "/jobs/%00",
                           "/jobs/a%0d%0aX",
                           "/jobs/7#x",
                           "/jobs/\xff",
                           "/jobs/%ff",
                           "/jobs/%c0%af",
                           "/jobs/%ed%a0%80",
                           "/api/v1/orders/tenant/1%2fdeletion-preview",
                           "/api/v1/orders/..;/orders/tenant/1"}) {
    EXPECT_EQ(find("GET", path).substr(0, 9), "400 path:") << path;
  }
}

TEST(Router, RefusesTwoRoutesOfOneShape) {
  auto router = table();
  EXPECT_THROW(router.add(route("GET", "/jobs/{id}")), Error);
  EXPECT_NO_THROW(router.add(route("DELETE", "/jobs/{id}")));
}

TEST(Query, IsDecoded) {
  EXPECT_EQ(parse_query("a=1&b=two+words%21&c&&d="), (Fields{{"a", "1"}, {"b", "two words!"}, {"c", ""}, {"d", ""}}));
  EXPECT_EQ(parse_query(""), Fields{});
}

TEST(Query, NamesARepeatedParameterAndABrokenEncoding) {
  EXPECT_THROW(parse_query("a=1&a=2"), Error);
  EXPECT_THROW(parse_query("a=%4"), Error);
}

TEST(Query, ListsEveryUnknownParameter) {
  Request request;
  request.query = parse_query("limit=1&colour=red&size=2");
  EXPECT_NO_THROW(request.allow_query({"limit", "colour", "size"}));
  try {
    request.allow_query({"limit"});
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.problems(),
              (std::vector<std::string>{"unknown query parameter: colour", "unknown query parameter: size"}));
  }
}

}  // namespace
}  // namespace tenure::server
