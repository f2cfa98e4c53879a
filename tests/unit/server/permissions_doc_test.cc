#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/permissions.h"
#include "tests/support/paths.h"
#include "tests/unit/server/all_routes.h"

namespace tenure::server {
namespace {

constexpr std::array kRoles{
    std::pair{CallerKind::owner, "owner"},       std::pair{CallerKind::admin, "admin"},
    std::pair{CallerKind::manager, "manager"},   std::pair{CallerKind::member, "member"},
    std::pair{CallerKind::readonly, "readonly"},
};
constexpr std::array kOthers{
    std::pair{CallerKind::user, "any person"},
    std::pair{CallerKind::platform_admin, "platform admin"},
    std::pair{CallerKind::service, "service"},
};

std::string text_of(Callers callers) {
  if (callers.empty()) return "anyone";
  std::vector<std::string> names;
  for (const auto& [role, name] : kRoles) {
    if (callers.has(role)) names.emplace_back(name);
  }
  if (names.size() == kRoles.size()) names = {"every member"};
  for (const auto& [kind, name] : kOthers) {
    if (callers.has(kind)) names.emplace_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string text_of(TenantStates states) {
  switch (states) {
    case TenantStates::no_tenant:
      return "–";
    case TenantStates::live:
      return "live";
    case TenantStates::any:
      return "any";
  }
  return "";
}

std::string text_of(CountedBy counted_by) {
  switch (counted_by) {
    case CountedBy::nothing:
      return "–";
    case CountedBy::caller:
      return "caller";
    case CountedBy::address:
      return "address";
    case CountedBy::account:
      return "account";
  }
  return "";
}

/// "/api/v1/tenants" → "…/tenants".
std::string shortened(const std::string& path) {
  const std::string prefix = "/api/v1";
  return path.starts_with(prefix) ? "…" + path.substr(prefix.size()) : path;
}

std::string routes_of(Permission permission, const Router& router) {
  std::vector<std::string> routes;
  for (const auto& route : router.routes()) {
    if (route.access.line().permission != permission) continue;
    routes.push_back(fmt::format("`{} {}`", route.method, shortened(route.pattern)));
  }
  return fmt::format("{}", fmt::join(routes, ", "));
}

std::vector<std::string> lines_of_table() {
  const auto router = all_routes();
  std::vector<std::string> lines;
  for (const auto& line : permission_table()) {
    lines.push_back(fmt::format("| {} | {} | {} | {} | {} |", line.name, text_of(line.callers), text_of(line.tenant),
                                text_of(line.counted_by), routes_of(line.permission, router)));
  }
  return lines;
}

/// The rows of all tables of the page whose header is that of the permissions.
std::vector<std::string> lines_of_page() {
  std::ifstream page(TENURE_SOURCE_DIR "/docs/permissions.md");
  std::vector<std::string> lines;
  bool is_inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "| permission | who | tenant | counted by | routes |") {
      is_inside = true;
    } else if (!line.starts_with('|')) {
      is_inside = false;
    } else if (is_inside && line != "|---|---|---|---|---|") {
      lines.push_back(line);
    }
  }
  return lines;
}

// B10: the page, the table in the code and the routes say the same.
TEST(PermissionsDoc, ShowsTheTableAsItIs) {
  EXPECT_EQ(fmt::format("{}", fmt::join(lines_of_page(), "\n")), fmt::format("{}", fmt::join(lines_of_table(), "\n")));
}

TEST(PermissionTable, NamesEachPermissionOnce) {
  std::set<std::string_view> names;
  for (const auto& line : permission_table()) EXPECT_TRUE(names.insert(line.name).second) << line.name;
}

// B10: a line that no route uses is a promise about nothing.
TEST(PermissionTable, HasARouteForEachLine) {
  const auto router = all_routes();
  for (const auto& line : permission_table()) EXPECT_NE(routes_of(line.permission, router), "") << line.name;
}

}  // namespace
}  // namespace tenure::server
