#include <algorithm>
#include <set>

#include "tests/postgres/server/untouched.h"
#include "tests/support/json_schema.h"

// "Bad input" and B9: a body is exactly what its route describes. Nobody sets a field that is not theirs to set by
// adding it, and a value of another type, size or form is named; nothing changes.
namespace tenure::server {
namespace {

using nlohmann::json;

/// What one would like to set: ids, owners, roles, states, times, secrets, and what some languages trip over.
constexpr const char* kFields[] = {"id",
                                   "tenant_id",
                                   "owner_id",
                                   "user_id",
                                   "role",
                                   "is_platform_admin",
                                   "is_active",
                                   "status",
                                   "created_at",
                                   "updated_at",
                                   "deleted_at",
                                   "erase_after",
                                   "password_changed_at",
                                   "email",
                                   "session_id",
                                   "invited_by",
                                   "kind",
                                   "permissions",
                                   "is_primary",
                                   "job_id",
                                   "force",
                                   "__proto__",
                                   "constructor",
                                   "colour"};

/// Values of every type, and some of each that are hard to store.
std::vector<json> candidate_values() {
  return {nullptr,
          true,
          0,
          -1,
          1.5,
          1e308,
          std::int64_t{INT64_MAX},
          std::uint64_t{UINT64_MAX},
          "",
          " ",
          "x",
          "X Y",
          std::string("a\0b", 3),
          std::string(300, 'a'),
          std::string(70000, 'a'),
          "\xC2\x85",
          "2030-02-30T00:00:00Z",
          "2030-01-01",
          "9999-12-31T23:59:59Z",
          "0000-01-01T00:00:00Z",
          "7d3c1c8e5a554c0e9d0a2f6f6f1b7a10",
          "owner",
          "-1.00",
          "1e5",
          json::array(),
          json::object(),
          json::array({"x"}),
          json{{"a", 1}}};
}

bool is_described(const json& schema, const std::string& field) {
  return schema.is_object() && schema.at("properties").contains(field);
}

class RequestBodies : public Untouched {
 protected:
  static json body_of(const Request& order) { return order.body.empty() ? json::object() : json::parse(order.body); }

  static Response send(const Route& route, const Caller& caller, const std::string& body) {
    auto order = order_for(route, world().scene, caller);
    order.body = body;
    return estate().answer(std::move(order));
  }
};

TEST_P(RequestBodies, TakeNoFieldThatIsNotTheirs) {
  const auto& schema = description().body_of(GetParam().route);
  for (const auto* route : routes()) {
    for (const auto& caller : admitted(*route)) {
      for (const std::string field : kFields) {
        const bool is_for_services = std::string_view(GetParam().route) == "POST /api/v1/tenants" &&
                                     (field == "owner_id" || field == "tenant_id");
        if (is_described(schema, field) && !(is_for_services && !caller.is_service())) continue;
        auto body = body_of(order_for(*route, world().scene, caller));
        body[field] = world().scene.stranger.str();
        expect_problem(send(*route, caller, body.dump()), 400, caller.name + " sets " + field,
                       field + ": not a field of this request");
      }
    }
  }
}

TEST_P(RequestBodies, NameAFieldWhoseValueIsNotAsDescribed) {
  const auto& schema = description().body_of(GetParam().route);
  if (schema.is_null()) return;
  const auto& route = *routes().front();
  for (const auto& caller : admitted(route)) {
    for (const auto& [field, rule] : schema.at("properties").items()) {
      for (const auto& value : candidate_values()) {
        if (test::problems_under(rule, value, description().document()).empty()) continue;
        auto body = body_of(order_for(route, world().scene, caller));
        body[field] = value;
        const auto text = body.dump(-1, ' ', false, json::error_handler_t::replace);
        const auto answer = send(route, caller, text);
        expect_problem(answer, 400, caller.name + ", " + field + ": " + value.dump().substr(0, 80), field);
        EXPECT_EQ(answer.body.find(std::string(60, 'a')), std::string::npos) << field << " is repeated";
      }
    }
  }
}

TEST_P(RequestBodies, NameAFieldThatIsMissing) {
  const auto& schema = description().body_of(GetParam().route);
  if (schema.is_null()) return;
  const auto& route = *routes().front();
  for (const auto& caller : admitted(route)) {
    for (const auto& required : schema.at("required")) {
      const auto field = required.get<std::string>();
      auto body = body_of(order_for(route, world().scene, caller));
      body.erase(field);
      expect_problem(send(route, caller, body.dump()), 400, caller.name + " leaves out " + field, field + ": missing");
      expect_problem(send(route, caller, ""), 400, caller.name + " sends nothing", field + ": missing");
    }
  }
}

std::string nested(int depth) { return std::string(static_cast<std::size_t>(depth), '['); }

TEST_P(RequestBodies, AreOneJsonObject) {
  if (description().body_of(GetParam().route).is_null()) return;
  const auto& route = *routes().front();
  const auto caller = admitted(route).front();
  const auto good = body_of(order_for(route, world().scene, caller)).dump();
  const std::vector<std::string> bodies = {"{",
                                           "}",
                                           "null",
                                           "1",
                                           "\"x\"",
                                           "[]",
                                           "[" + good + "]",
                                           good + good,
                                           good + "x",
                                           "x" + good,
                                           "<a/>",
                                           "a=b",
                                           std::string(1, '\0'),
                                           "\xEF\xBB\xBF{",
                                           "{\"a\":\"\xFF\"}",
                                           "{\"a\":\"\\ud800\"}",
                                           "{\"a\":\"\x01\"}",
                                           "{\"a\":1,\"a\":1}",
                                           R"({"a":{"b":1,"b":2}})",
                                           "{\"a\":1,}",
                                           "{'a':1}",
                                           "{\"a\":NaN}",
                                           "{\"a\":1e999}",
                                           "{\"a\":01}",
                                           "{\"a\":" + nested(40) + "}",
                                           "{\"a\":" + nested(100'000)};
  for (const auto& body : bodies) expect_problem(send(route, caller, body), 400, body.substr(0, 40), "body");
  for (const auto* type : {"text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonp",
                           "multipart/form-data; boundary=x", "application/json-patch+json", ""}) {
    auto order = order_for(route, world().scene, caller);
    order.body = good;
    order.headers["content-type"] = type;
    expect_problem(estate().answer(order), 400, type, "Content-Type");
  }
}

// A query is closed like a body.
TEST_P(RequestBodies, HaveNoMoreInTheQuery) {
  for (const auto* route : routes()) {
    for (const auto& caller : admitted(*route)) {
      auto order = order_for(*route, world().scene, caller);
      const auto query = order.query_text;
      for (const auto* more : {"debug=true", "user_id2=x", "fields=*", "%00=1", "role=owner"}) {
        order.query_text = query.empty() ? more : query + "&" + more;
        expect_problem(estate().answer(order), 400, more, "unknown query parameter");
      }
      for (const auto* more : {"a=1&a=2", "a=%4", "%"}) {
        order.query_text = query.empty() ? more : query + "&" + more;
        expect_problem(estate().answer(order), 400, more, "query");
      }
    }
  }
}

std::vector<WrittenRoute> routes_with_a_body() {
  auto chosen = guarded_routes();
  for (const auto* route : {"POST /api/v1/auth/register", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh",
                            "POST /api/v1/auth/session"}) {
    chosen.push_back(written_route(route));
  }
  std::erase_if(chosen, [](const WrittenRoute& route) { return route.method() == "GET"; });
  return chosen;
}

INSTANTIATE_TEST_SUITE_P(Routes, RequestBodies, ::testing::ValuesIn(routes_with_a_body()),
                         [](const auto& test) { return test.param.test_name(); });

}  // namespace
}  // namespace tenure::server
