#include "tests/postgres/server/written_permissions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/postgres/server/small_estate.h"

// Spec B10: the permission table, the rules of the routes and the table that is written down here a second time are
// one.
namespace tenure::server {
namespace {

/// Those of the API; the dashboard's page and files are the same for everybody.
std::vector<Route> routes() {
  std::vector<Route> routes;
  for (const auto& route : SmallEstate::shared().api().router().routes()) {
    if (route.access.line().permission != Permission::open_dashboard) routes.push_back(route);
  }
  return routes;
}

TEST(WrittenPermissions, HaveEveryRouteOfTheRunningApiAndNoOther) {
  std::set<std::string> running;
  for (const auto& route : routes()) running.insert(written_name(route));
  std::set<std::string> written;
  for (const auto& route : written_routes()) EXPECT_TRUE(written.insert(route.route).second) << route.route;
  EXPECT_EQ(running, written);
}

// A change of a line, or of the line that a route names, is a change of both tables or of none.
TEST(WrittenPermissions, AreThoseOfTheTable) {
  const std::map<TenantStates, std::string> states = {
      {TenantStates::no_tenant, ""}, {TenantStates::live, "live"}, {TenantStates::any, "any"}};
  const std::map<CountedBy, std::string> counted = {{CountedBy::nothing, "nothing"},
                                                    {CountedBy::caller, "caller"},
                                                    {CountedBy::address, "address"},
                                                    {CountedBy::account, "account"}};
  for (const auto& route : routes()) {
    const auto& written = written_route(written_name(route));
    const auto& line = route.access.line();
    // Which jobs one sees, orders and cancels is decided job by job, behind the table.
    const bool is_of_jobs = line.permission == Permission::read_deletion_jobs ||
                            line.permission == Permission::order_deletion ||
                            line.permission == Permission::cancel_deletion;
    const auto* who = is_of_jobs ? "person, service" : written.who;
    EXPECT_EQ(line.callers, callers_of(who)) << written.route;
    EXPECT_EQ(states.at(line.tenant), written.tenant) << written.route;
    EXPECT_EQ(counted.at(line.counted_by), written.counted) << written.route;
    const auto audiences = route.access.audiences();
    const bool is_contract = std::string_view(written.route).find("{svc}") != std::string_view::npos;
    EXPECT_EQ(audiences.size(), callers_of(written.who).empty() ? 0U : is_contract ? 2U : 1U) << written.route;
    EXPECT_TRUE(audiences.empty() || audiences.back() == "tenure") << written.route;
    EXPECT_TRUE(!is_contract || route.pattern.starts_with("/api/v1/" + audiences.front() + "/")) << route.pattern;
  }
}

}  // namespace
}  // namespace tenure::server
