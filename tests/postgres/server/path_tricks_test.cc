#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "tests/postgres/server/untouched.h"

// Spec B9 and "Bad input": a path that two servers could read differently reaches no route, whoever sends it, and one
// spelling of an id is decided as every other.
namespace tenure::server {
namespace {

using ::testing::AnyOf;

using Spellings = std::vector<std::pair<std::string, std::string>>;

std::string with(std::string path, std::size_t at, std::size_t length, std::string_view by) {
  return path.replace(at, length, by);
}

std::string upper(std::string text) {
  for (auto& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

/// What may not be taken for `path`: 400, because the path itself is unacceptable.
Spellings unacceptable_spellings(const std::string& path) {
  const auto last = path.rfind('/');
  const auto middle = path.find('/', 8);  // behind "/api/v1"
  Spellings all = {{"NUL", path + '\0'},
                   {"encoded NUL", path + "%00"},
                   {"encoded line end", path + "%0d%0aX-Tenant-ID:%20x"},
                   {"encoded DEL", path + "%7f"},
                   {"half a percent sign", path + "%2"},
                   {"no hexadecimal digits", path + "%zz"},
                   {"fragment", path + "#x"},
                   {"matrix parameter", path + ";a=b"},
                   {"encoded matrix parameter", path + "%3ba=b"},
                   {"backslash", with(path, last, 1, "\\")},
                   {"encoded backslash", with(path, last, 1, "%5c")},
                   {"double encoding", path + "%252e"},
                   {"absolute form", "http://127.0.0.1" + path},
                   {"no slash", path.substr(1)},
                   {"two slashes in front", "/" + path},
                   {"dot in front", "/." + path},
                   {"dots in front", "/x/.." + path},
                   {"dots behind", path + "/.."},
                   {"encoded dots behind", path + "/%2e%2E"}};
  for (const auto at : {last, middle}) {
    if (at == std::string::npos) continue;
    for (const auto* by :
         {"%c0%af", "//", "/./", "/x/../", "/%2e/", "/x/%2e%2e/", "/..;/", ";/", "%2f", "%2F", "%252f", "%5C"}) {
      all.emplace_back(std::string(by) + " for a slash", with(path, at, 1, by));
    }
  }
  return all;
}

/// What is another path, at which there is nothing, or nothing that takes the method.
Spellings other_paths(const std::string& path) {
  Spellings all = {{"trailing slash", path + "/"},
                   {"upper case", upper(path)},
                   {"upper case prefix", "/API" + path.substr(4)},
                   {"encoded letter", "/%61pi" + path.substr(4)},
                   {"blank in front", "/ " + path.substr(1)},
                   {"another version", "/api/v2" + path.substr(7)}};
  return all;
}

class PathTricks : public Untouched {
 protected:
  /// What two answers to the same question have in common. Metrics count the questions.
  static std::string decision(const Response& answer) {
    return answer.content_type.starts_with("text/plain") ? std::to_string(answer.status) : show(answer);
  }
  static Response send(const Route& route, const Caller& caller, const std::string& path) {
    auto order = order_for(route, world().scene, caller);
    order.path = path;
    return estate().answer(std::move(order));
  }
};

TEST_P(PathTricks, ReachNoRoute) {
  const auto& route = *routes().front();
  const auto caller = admitted(route).front();
  const auto path = order_for(route, world().scene, caller).path;
  for (const auto& [name, spelling] : unacceptable_spellings(path)) {
    const auto answer = send(route, caller, spelling);
    EXPECT_EQ(answer.status, 400) << name << ": " << show(answer);
    EXPECT_EQ(answer.content_type, "application/problem+json") << name;
    EXPECT_NE(answer.body.find("path: "), std::string::npos) << name << ": " << show(answer);
  }
  for (const auto& [name, spelling] : other_paths(path)) {
    const auto answer = send(route, caller, spelling);
    EXPECT_THAT(answer.status, AnyOf(404, 405)) << name << ": " << show(answer);
    EXPECT_EQ(answer.content_type, "application/problem+json") << name;
  }
}

// An id may be written in upper case, and any letter of it encoded: it is decided and answered alike.
TEST_P(PathTricks, OfAnIdAreDecidedAsItsOneSpelling) {
  const auto& route = *routes().front();
  const auto& tenant = world().scene.tenant;
  for (const auto& caller : world().people) {
    if (GetParam().method() != "GET" && may_call(GetParam(), caller.kinds)) continue;
    auto order = order_for(route, world().scene, caller);
    const auto at = order.path.find(tenant.str());
    if (at == std::string::npos) return;
    order.headers["x-request-id"] = "same";
    const auto expected = estate().answer(order);
    std::string encoded;
    for (const char letter : tenant.str()) encoded += fmt::format("%{:02x}", letter);
    for (const auto& spelling : {upper(tenant.str()), encoded}) {
      auto other = order;
      other.path.replace(at, tenant.str().size(), spelling);
      EXPECT_EQ(show(estate().answer(other)), show(expected)) << caller.name;
    }
  }
}

// A path's id is the tenant; nothing else in the request moves it. What changes something is in
// admitted_callers_test.cc.
TEST_P(PathTricks, OfHostAndHeadersMoveNoDecision) {
  const auto& route = *routes().front();
  for (const auto& caller : world().people) {
    if (GetParam().method() != "GET" && may_call(GetParam(), caller.kinds)) continue;
    auto order = order_for(route, world().scene, caller);
    order.headers["x-request-id"] = "same";
    const auto expected = decision(estate().answer(order));
    mislead(order, world().scene);
    EXPECT_EQ(decision(estate().answer(order)), expected) << caller.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Routes, PathTricks, ::testing::ValuesIn(guarded_routes()),
                         [](const auto& test) { return test.param.test_name(); });

}  // namespace
}  // namespace tenure::server
