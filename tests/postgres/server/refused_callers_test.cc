#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/postgres/server/untouched.h"

// Spec A3, B6, B8, B10: every route of the running API, with every kind of token and of caller that it must not serve.
namespace tenure::server {
namespace {

/// What one is answered who may not.
int refusal_of(const WrittenRoute& written, const Caller& caller) {
  return caller.is_service() || is_for_services_only(written) ? 403 : written.refusal;
}

/// Tenants that are hidden from their members, each with people of its own, and people who were once let in.
struct Hidden {
  Scene scene;
  std::vector<Caller> people;

  Hidden(SmallEstate& estate, std::string_view change) : scene(estate), people(people_of(estate, scene)) {
    estate.in_tenancy(fmt::format("update tenancy.tenants set {} where id = '{}'", change, scene.tenant.str()));
  }
};

class RefusedCallers : public Untouched {
 protected:
  static void SetUpTestSuite() {
    former_ = former_people(estate());
    const auto deleting = fmt::format("status = 'deleting', deletion_job_id = '{}'", Uuid::random().str());
    hidden_.emplace("suspended", Hidden(estate(), "status = 'suspended'"));
    hidden_.emplace("soft-deleted", Hidden(estate(), "deleted_at = now(), erase_after = now() + interval '30 days'"));
    hidden_.emplace("deleting", Hidden(estate(), deleting));
  }

  static Response send(const Route& route, const Scene& scene, const Caller& caller) {
    return estate().answer(order_for(route, scene, caller));
  }
  static void expect_refused(const Response& answer, int status, const std::string& who) {
    expect_problem(answer, status, who);
    EXPECT_EQ(answer.headers.count("WWW-Authenticate"), status == 401 ? 1U : 0U) << who;
  }

  /// Made once for each audience: there are hundreds.
  static const std::vector<Caller>& impostors_at(const Route& route) {
    static std::map<std::string, std::vector<Caller>> made;
    auto& callers = made[route.access.audiences().front()];
    if (callers.empty()) callers = impostors(estate(), *world().people.front().person, route);
    return callers;
  }

  inline static std::vector<Caller> former_;
  inline static std::map<std::string, Hidden> hidden_;
};

TEST_P(RefusedCallers, WithoutAGoodTokenAre401) {
  for (const auto* route : routes()) {
    for (const auto& caller : impostors_at(*route)) {
      expect_refused(send(*route, world().scene, caller), 401, caller.name);
    }
  }
}

// Where only services may call, that is said before anything is looked up.
TEST_P(RefusedCallers, WhoHaveNoSessionAnyMoreAre401) {
  for (const auto* route : routes()) {
    for (const auto& caller : former_) {
      expect_refused(send(*route, world().scene, caller), is_for_services_only(GetParam()) ? 403 : 401, caller.name);
    }
  }
}

TEST_P(RefusedCallers, WhoAreNotInTheTableAre403) {
  for (const auto* route : routes()) {
    auto callers = services_for(estate(), *route);
    callers.insert(callers.end(), world().people.begin(), world().people.end());
    for (const auto& caller : callers) {
      if (may_call(GetParam(), caller.kinds)) continue;
      expect_refused(send(*route, world().scene, caller), refusal_of(GetParam(), caller), caller.name);
    }
  }
}

// B8: to its members a hidden tenant is gone, whatever their role; strangers cannot tell it from a live one.
TEST_P(RefusedCallers, OfAHiddenTenantAreToldAsMuchAsTheTableSays) {
  const auto& written = GetParam();
  if (std::string_view(written.tenant).empty()) return;
  const bool is_open = is_for_any_person(written);
  for (const auto& [state, hidden] : hidden_) {
    for (const auto& caller : hidden.people) {
      const bool is_admin = caller.kinds.has(CallerKind::platform_admin);
      const bool is_outside = caller.name == "another tenant's owner" || caller.name == "platform admin";
      if (is_admin && may_call(written, caller.kinds)) continue;
      if (written.tenant == std::string_view("any") && !is_open && may_call(written, caller.kinds)) continue;
      int status = written.tenant == std::string_view("live") ? 404 : 403;
      if (is_open) status = 404;
      if (is_outside && !is_open) status = 403;
      if (is_for_services_only(written)) status = 403;
      expect_refused(send(*routes().front(), hidden.scene, caller), status, state + ", " + caller.name);
    }
  }
}

// B10: another tenant's owner learns nothing by trying ids.
TEST_P(RefusedCallers, LearnNothingAboutWhichTenantsThereAre) {
  const auto& written = GetParam();
  if (std::string_view(written.tenant).empty() || is_for_any_person(written)) return;
  const auto find = [&](std::string_view name) {
    const auto& people = world().people;
    return *std::find_if(people.begin(), people.end(), [&](const Caller& person) { return person.name == name; });
  };
  const auto stranger = find("another tenant's owner");
  const auto& route = *routes().front();
  auto order = order_for(route, world().scene, stranger);
  order.headers["x-request-id"] = "same";
  const auto there = estate().answer(order);
  std::vector<std::string> others = {TenantId::random().str()};
  for (const auto& [state, hidden] : hidden_) others.push_back(hidden.scene.tenant.str());
  for (const auto& other : others) {
    auto elsewhere = order;
    elsewhere.path.replace(elsewhere.path.find(world().scene.tenant.str()), other.size(), other);
    const auto answer = estate().answer(elsewhere);
    EXPECT_EQ(show(answer), show(there));
    EXPECT_EQ(answer.headers, there.headers);
  }
}

INSTANTIATE_TEST_SUITE_P(Routes, RefusedCallers, ::testing::ValuesIn(guarded_routes()),
                         [](const auto& test) { return test.param.test_name(); });

}  // namespace
}  // namespace tenure::server
