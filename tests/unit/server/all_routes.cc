#include "tests/unit/server/all_routes.h"

#include <cstddef>

#include "server/api_routes.h"
#include "server/dashboard_routes.h"

namespace tenure::server {
namespace {

const SystemClock kClock;
constexpr DashboardFile kDashboard[] = {
    {.path = "/index.html", .content_type = "text/html", .etag = "\"1\"", .plain = "<html>", .gzip = {}}};

/// Something to refer to for routes that are only registered, never called.
template <class T>
T& never_used() {
  alignas(std::max_align_t) static std::byte room[sizeof(T)];
  return *reinterpret_cast<T*>(room);
}

TenancyServices tenancy_services() {
  return {never_used<tenancy::Tenants>(),        never_used<tenancy::Members>(),
          never_used<tenancy::Invitations>(),    never_used<tenancy::Subscriptions>(),
          never_used<tenancy::TenantSettings>(), never_used<tenancy::Domains>()};
}

}  // namespace

Router all_routes() {
  auto& login = never_used<identity::Login>();
  auto& runner = never_used<erasure::JobRunner>();
  ApiServices services{
      .hosted = {{.name = "svc", .prefix = "{svc}", .user_path = "{user_path}", .data_store = nullptr}},
      .health = {},
      .keys = never_used<identity::SigningKeys>(),
      .clock = kClock};
  services.accounts.emplace(AuthServices{login, never_used<identity::Accounts>(),
                                         never_used<identity::PasswordHasher>(), never_used<RateLimiter>()});
  services.tenancy.emplace(tenancy_services());
  services.jobs.emplace(JobServices{.store = never_used<jobs::JobStore>(),
                                    .erase_tenant = never_used<erasure::EraseTenant>(),
                                    .runner = runner,
                                    .waits = never_used<Turns>(),
                                    .sweep = &never_used<erasure::SoftDeleteSweep>()});
  services.decisions.emplace(DecisionServices{*services.jobs, never_used<erasure::JobDecisions>(),
                                              never_used<erasure::EraseUser>(), never_used<jobs::LegalHolds>()});
  services.reports.emplace(
      ReportServices{.jobs = *services.jobs, .key = {}, .issuer = {.estate = "estate", .version = "1"}});
  services.user_deletion.emplace(
      UserDeletionServices{never_used<erasure::EraseUser>(), runner, never_used<Turns>(), &login});
  services.control = &never_used<pg::Pool>();
  Router router;
  add_api_routes(router, services);
  add_dashboard_routes(router, kDashboard);
  return router;
}

}  // namespace tenure::server
