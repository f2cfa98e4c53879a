#include "server/api_routes.h"

#include "server/live_desk.h"
#include "server/openapi_routes.h"
#include "server/overview_routes.h"
#include "server/session_routes.h"

namespace tenure::server {

void add_api_routes(Router& router, const ApiServices& services) {
  add_health_routes(router, services.health);
  add_metrics_routes(router, services.metrics);
  add_openapi_routes(router);
  add_key_routes(router, services.keys);
  add_contract_routes(router, services.hosted, services.clock);
  if (services.accounts) {
    add_auth_routes(router, *services.accounts);
    add_user_routes(router, *services.accounts);
    add_session_routes(router, *services.accounts, services.trusted_proxies);
  }
  if (services.tenancy) {
    add_tenant_routes(router, *services.tenancy);
    add_member_routes(router, *services.tenancy);
    add_invitation_routes(router, *services.tenancy);
    add_tenant_part_routes(router, *services.tenancy);
    add_place_routes(router, services.places);
  }
  if (services.jobs) add_job_routes(router, *services.jobs);
  if (services.user_deletion) add_user_deletion_routes(router, *services.user_deletion);
  if (services.decisions) {
    add_decision_routes(router, *services.decisions);
    add_hold_routes(router, *services.decisions);
  }
  if (services.reports) add_report_routes(router, *services.reports);
  if (services.control != nullptr) {
    add_overview_routes(router, *services.control);
    add_live_route(router);
    add_schema_routes(router, services.schemas);
    add_audit_routes(router, services.audit);
  }
}

}  // namespace tenure::server
