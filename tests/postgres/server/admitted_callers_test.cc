#include "tests/postgres/server/untouched.h"

// Spec B1 to B7, B10: every route of the running API, with every kind of caller that it must serve; and what it answers
// is as the API's description says (E8).
namespace tenure::server {
namespace {

using ::testing::IsEmpty;

/// Every order is about a scene of its own, so what one does is nothing to the next.
class AdmittedCallers : public ::testing::TestWithParam<WrittenRoute> {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static void expect_done(const Route& route, const Scene& scene, const Caller& caller) {
    static const ApiDescription description;
    const auto& written = GetParam();
    auto order = order_for(route, scene, caller);
    prepare(estate(), written, scene, caller, order);
    const auto answer = estate().answer(std::move(order));
    EXPECT_EQ(answer.status, success_of(written, caller)) << caller.name << ": " << show(answer);
    EXPECT_THAT(description.problems_of(written.route, answer), IsEmpty()) << caller.name << ": " << show(answer);
  }
  /// All that the API shows a service of a tenant.
  static std::string seen_of(const TenantId& tenant) {
    std::string seen;
    for (const auto* part : {"", "/members", "/invitations", "/settings", "/domains", "/subscription"}) {
      Request request{.method = "GET", .path = "/api/v1/tenants/" + tenant.str() + part};
      request.headers["authorization"] = "Bearer " + estate().service_token().reveal();
      request.headers["x-request-id"] = "same";
      seen += show(estate().answer(std::move(request))) + "\n";
    }
    return seen;
  }
};

class EveryoneAdmitted : public AdmittedCallers {};

TEST_P(AdmittedCallers, AreServed) {
  for (const auto* route : running_routes(estate().api().router(), GetParam().route)) {
    for (const auto& service : services_for(estate(), *route)) {
      if (may_call(GetParam(), service.kinds)) expect_done(*route, Scene(estate()), service);
    }
    for (const auto& kind : person_kinds()) {
      if (!may_call(GetParam(), kind.kinds)) continue;
      const Scene scene(estate());
      expect_done(*route, scene, person_of(estate(), scene, kind));
    }
  }
}

// A path's id is the tenant; nothing else in the request moves what is done.
TEST_P(AdmittedCallers, DoWhatTheyOrderToNoOtherTenantWhateverHostAndHeadersSay) {
  for (const auto* route : running_routes(estate().api().router(), GetParam().route)) {
    for (const auto& kind : person_kinds()) {
      if (!may_call(GetParam(), kind.kinds)) continue;
      const Scene scene(estate());
      const auto caller = person_of(estate(), scene, kind);
      const auto before = seen_of(scene.other_tenant);
      auto order = order_for(*route, scene, caller);
      prepare(estate(), GetParam(), scene, caller, order);
      mislead(order, scene);
      const auto answer = estate().answer(std::move(order));
      EXPECT_EQ(answer.status, success_of(GetParam(), caller)) << caller.name << ": " << show(answer);
      EXPECT_EQ(seen_of(scene.other_tenant), before) << caller.name;
      break;  // one of them shows it
    }
  }
}

// One that needs no token does not look at it either.
TEST_P(EveryoneAdmitted, WhateverTheirTokenIs) {
  for (const auto* route : running_routes(estate().api().router(), GetParam().route)) {
    const Scene scene(estate());
    const auto owner = person_of(estate(), scene, person_kinds().front());
    for (const auto& caller : {Caller{.name = "nobody", .kinds = {}}, owner,
                               Caller{.name = "garbage", .kinds = {}, .token = Secret("garbage")}}) {
      expect_done(*route, scene, caller);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Routes, AdmittedCallers, ::testing::ValuesIn(guarded_routes()),
                         [](const auto& test) { return test.param.test_name(); });
INSTANTIATE_TEST_SUITE_P(Routes, EveryoneAdmitted, ::testing::ValuesIn(public_routes()),
                         [](const auto& test) { return test.param.test_name(); });

}  // namespace
}  // namespace tenure::server
