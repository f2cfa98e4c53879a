// E3: the dashboard is served by the binary, and runs nothing that does not come from it.
#include "server/dashboard_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenure::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr DashboardFile kFiles[] = {
    {.path = "/assets/index-1a2b.js",
     .content_type = "text/javascript",
     .etag = "\"js\"",
     .plain = "let a;",
     .gzip = "z"},
    {.path = "/favicon.svg", .content_type = "image/svg+xml", .etag = "\"svg\"", .plain = "<svg/>", .gzip = {}},
    {.path = "/index.html", .content_type = "text/html", .etag = "\"page\"", .plain = "<html>", .gzip = "zz"},
};

Response get(std::span<const DashboardFile> files, const std::string& path, Fields headers = {}) {
  Router router;
  add_dashboard_routes(router, files);
  const auto found = router.find("GET", path);
  const auto* match = std::get_if<Router::Match>(&found);
  if (match == nullptr) return {.status = 404, .body = {}};
  Request request;
  request.path = path;
  request.headers = std::move(headers);
  return match->route->handler(request);
}

TEST(Dashboard, IsOnePageAtEachOfItsAddresses) {
  for (const auto* path : {"/", "/deletions", "/deletions/0b2c", "/tenants", "/tenants/0b2c", "/schedules",
                           "/approvals", "/holds", "/audit", "/schemas", "/reference"}) {
    const auto page = get(kFiles, path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body, "<html>") << path;
    EXPECT_EQ(page.headers.at("Cache-Control"), "no-cache") << path;
  }
  EXPECT_EQ(get(kFiles, "/index.html").status, 404);
  EXPECT_EQ(get(kFiles, "/elsewhere").status, 404);
}

// Its query is for the page to read, not for the server.
TEST(Dashboard, TakesAnyQuery) {
  Router router;
  add_dashboard_routes(router, kFiles);
  const auto found = router.find("GET", "/deletions");
  Request request;
  request.query = {{"status", "failed"}};
  EXPECT_EQ(std::get<Router::Match>(found).route->handler(request).status, 200);
}

TEST(Dashboard, MayLoadAndRunOnlyWhatComesFromHere) {
  const auto policy = get(kFiles, "/").headers.at("Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(policy, Not(HasSubstr("http")));
  EXPECT_EQ(get(kFiles, "/").headers.at("X-Frame-Options"), "DENY");
}

TEST(Dashboard, KeepsFilesForEverAndAsksForThePageAnew) {
  EXPECT_EQ(get(kFiles, "/assets/index-1a2b.js").headers.at("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get(kFiles, "/favicon.svg").headers.at("Cache-Control"), "no-cache");
  const auto unchanged = get(kFiles, "/", {{"if-none-match", "\"page\""}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body, "");
  EXPECT_EQ(get(kFiles, "/", {{"if-none-match", "\"older\""}}).status, 200);
}

TEST(Dashboard, IsSentPackedToWhoUnpacksIt) {
  const auto packed = get(kFiles, "/", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(packed.body, "zz");
  EXPECT_EQ(packed.headers.at("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("Vary"), "Accept-Encoding");
  const auto small = get(kFiles, "/favicon.svg", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(small.body, "<svg/>");
  EXPECT_FALSE(small.headers.contains("Content-Encoding"));
}

TEST(Dashboard, SaysSoWhereItIsMissing) {
  const auto answer = get({}, "/");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("built without the dashboard"));
}

// The one that is in this binary: no larger than a page should be, and with nothing from elsewhere in it.
TEST(Dashboard, InTheBinaryIsSmallAndComplete) {
  std::size_t compressed = 0;
  bool has_page = false;
  for (const auto& file : dashboard_bundle()) {
    compressed += file.gzip.empty() ? file.plain.size() : file.gzip.size();
    has_page = has_page || file.path == "/index.html";
    if (file.path != "/index.html") continue;
    EXPECT_THAT(std::string(file.plain), Not(HasSubstr("<script>")));
    EXPECT_THAT(std::string(file.plain), Not(HasSubstr("style=")));
    EXPECT_THAT(std::string(file.plain), Not(HasSubstr("http")));
  }
  EXPECT_TRUE(has_page);
  EXPECT_LT(compressed, 150'000U);
}

}  // namespace
}  // namespace tenure::server
