#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "server/http_server.h"
#include "tests/postgres/server/untouched.h"
#include "tests/support/raw_http.h"

// Spec D9: by no route, host or header does somebody reach the tenant of others, where "current" stands for the tenant.
namespace tenure::server {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string upper(std::string text) {
  for (auto& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

/// Those that name the scene's tenant where the product looks.
std::vector<Headers> naming(const Scene& scene) {
  const auto id = scene.tenant.str();
  const auto slug_host = "t-" + id + ".bakery.example";
  std::vector<Headers> all;
  for (const auto& host : {scene.domain, slug_host}) {
    for (const auto& spelling : {host, upper(host), host + ".", host + ":8443", upper(host) + ".:80"}) {
      all.push_back({{"host", spelling}});
    }
    all.push_back({{"host", host}, {"x-tenant-id", scene.other_tenant.str()}});
    all.push_back({{"host", host}, {"x-tenant-id", TenantId::random().str()}});
  }
  for (const auto& spelling : {id, upper(id)}) all.push_back({{"x-tenant-id", spelling}});
  // As a server sees headers that were sent twice.
  all.push_back({{"host", "api.bakery.example, " + scene.domain}});
  all.push_back({{"x-tenant-id", scene.other_tenant.str() + ", " + id}});
  all.push_back({{"x-tenant-id", "{" + id + "}"}});
  all.push_back({{"x-tenant-id", id + "' or '1'='1"}});
  all.push_back({{"host", "me@" + scene.domain}});
  all.push_back({{"host", scene.domain + "/.."}});
  return all;
}

/// Those that name it where a proxy or framework might look, and this product does not.
std::vector<Headers> elsewhere(const Scene& scene) {
  const auto id = scene.tenant.str();
  std::vector<Headers> all;
  for (const auto* name :
       {"x-forwarded-host", "x-original-host", "x-host", "x-forwarded-server", "x-http-host-override"}) {
    all.push_back({{name, scene.domain}});
  }
  for (const auto* name : {"x-tenant", "tenant-id", "x-tenantid", "x_tenant_id", "x-original-tenant-id"}) {
    all.push_back({{name, id}});
  }
  all.push_back({{"forwarded", "host=" + scene.domain}});
  all.push_back({{"x-original-url", "/api/v1/tenants/" + id}});
  all.push_back({{"x-rewrite-url", "/api/v1/tenants/" + id}});
  all.push_back({{"referer", "https://" + scene.domain + "/"}, {"origin", "https://" + scene.domain}});
  all.push_back({{"cookie", "tenant_id=" + id}});
  return all;
}

std::string show(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}; ", name, value);
  return text;
}

std::vector<WrittenRoute> routes_of_a_tenant() {
  std::vector<WrittenRoute> routes;
  for (const auto& written : guarded_routes()) {
    if (written.pattern().find("{tenant_id}") != std::string::npos) routes.push_back(written);
  }
  return routes;
}

class TenantTricks : public Untouched {
 protected:
  static const Scene& scene() { return world().scene; }
  /// The owner of another tenant, whose default it is.
  static const Caller& stranger() {
    const auto& people = world().people;
    return *std::find_if(people.begin(), people.end(),
                         [](const Caller& person) { return person.name == "another tenant's owner"; });
  }
  static Response ask(const Route& route, const Caller& caller, const Headers& headers) {
    auto order = order_for(route, scene(), caller);
    const auto id = scene().tenant.str();
    order.path.replace(order.path.find(id), id.size(), "current");
    order.headers["x-request-id"] = "same";
    for (const auto& [name, value] : headers) order.headers[name] = value;
    return estate().answer(std::move(order));
  }
  static void expect_nothing_of_the_tenant(const Response& answer, const std::string& what) {
    for (const auto& part : {scene().tenant.str(), scene().name, scene().domain}) {
      EXPECT_THAT(answer.body, Not(HasSubstr(part))) << what;
    }
  }
};

TEST_P(TenantTricks, ThatNameAnothersTenantAreRefused) {
  for (const auto* route : routes()) {
    for (const auto& headers : naming(scene())) {
      const auto answer = ask(*route, stranger(), headers);
      EXPECT_THAT(answer.status, AnyOf(400, 403, 404)) << show(headers) << ": " << show(answer);
      expect_nothing_of_the_tenant(answer, show(headers));
    }
  }
}

// They are passed over, and the caller's own tenant is meant: only reading is tried, since changing it would be right.
TEST_P(TenantTricks, ThatTheProductDoesNotKnowLeadToNobodyElsesTenant) {
  if (GetParam().method() != "GET") return;
  for (const auto* route : routes()) {
    const auto plain = server::show(ask(*route, stranger(), {}));
    for (const auto& headers : elsewhere(scene())) {
      const auto answer = ask(*route, stranger(), headers);
      EXPECT_EQ(server::show(answer), plain) << show(headers);
      expect_nothing_of_the_tenant(answer, show(headers));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Routes, TenantTricks, ::testing::ValuesIn(routes_of_a_tenant()),
                         [](const auto& test) { return test.param.test_name(); });

// As bytes, because no client sends them.
TEST(TenantTricksOverHttp, TwoHostsAndAbsoluteTargetsNameNoTenant) {
  auto& estate = SmallEstate::shared();
  const Scene scene(estate);
  const auto stranger = estate.add_person(scene.stranger);
  const HttpServer server({}, [&](Request request) { return estate.answer(std::move(request)); });
  const auto token = "Authorization: Bearer " + stranger.token.reveal() + "\r\n";
  const std::string path = "/api/v1/tenants/current";
  const auto ask = [&](const std::string& target, const std::string& headers) {
    return test::exchange_raw(server.port(),
                              "GET " + target + " HTTP/1.1\r\n" + headers + token + "Connection: close\r\n\r\n");
  };
  const auto own = ask(path, "Host: api.bakery.example\r\n");
  EXPECT_THAT(own, HasSubstr(scene.other_tenant.str()));
  for (const auto& [target, headers] :
       Headers{{path, "Host: api.bakery.example\r\nHost: " + scene.domain + "\r\n"},
               {path, "Host: " + scene.domain + "\r\nHost: api.bakery.example\r\n"},
               {path, "Host : " + scene.domain + "\r\n"},
               {path, "Host:\r\n " + scene.domain + "\r\n"},
               {path, "Host: api.bakery.example\r\nX-Tenant-ID: " + scene.other_tenant.str() +
                          "\r\nX-Tenant-ID: " + scene.tenant.str() + "\r\n"},
               {path, "Host: " + scene.domain + "\r\n"},
               {"http://" + scene.domain + path, "Host: api.bakery.example\r\n"},
               {"//" + scene.domain + path, "Host: api.bakery.example\r\n"}}) {
    const auto answer = ask(target, headers);
    EXPECT_THAT(answer, Not(HasSubstr(" 200 "))) << target << "\n" << headers;
    EXPECT_THAT(answer, Not(HasSubstr(scene.tenant.str()))) << target << "\n" << headers;
    EXPECT_THAT(answer, Not(HasSubstr(scene.name))) << target << "\n" << headers;
  }
}

}  // namespace
}  // namespace tenure::server
