#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/body.h"
#include "server/tenant_json.h"
#include "server/tenant_routes.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kTimeout{15000};

Response show_subscription(const TenancyServices& services, const Request& request) {
  const auto found = services.subscriptions.find(request.tenant.value(), request.call_within(kTimeout));
  if (!found) throw Error(ErrorCode::not_found, "subscription: the tenant never had one");
  return json_answer(200, subscription_to_json(*found));
}

/// A price as text; a number is written with two digits behind the point.
std::string price_of(Body& body) {
  if (!body.has("price")) return "0";
  const auto value = body.value("price");
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_number()) {
    body.problem("price: neither a number nor a text");
    return "0";
  }
  const auto number = value.get<double>();
  // A number with more digits than that is refused rather than rounded.
  if (std::abs(number * 100 - std::round(number * 100)) > 1e-6) return value.dump();
  return fmt::format("{:.2f}", number);
}

Response put_subscription(const TenancyServices& services, const Request& request) {
  Body body(request, {"plan", "status", "price", "renews_at"});
  const auto plan = body.text("plan");
  const auto status = body.optional_text("status").value_or("active");
  const auto price = price_of(body);
  const auto renews_at = body.optional_time("renews_at");
  body.check();
  const auto put = services.subscriptions.put(
      request.tenant.value(),
      {.plan = plan, .status = tenancy::parse_subscription_status(status), .price = price, .renews_at = renews_at},
      request.call_within(kTimeout));
  return json_answer(200, subscription_to_json(put));
}

Response cancel_subscription(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  return json_answer(
      200, subscription_to_json(services.subscriptions.cancel(request.tenant.value(), request.call_within(kTimeout))));
}

Response list_settings(const TenancyServices& services, const Request& request) {
  return json_answer(
      200,
      {{"settings", nlohmann::json(services.settings.list(request.tenant.value(), request.call_within(kTimeout)))}});
}

Response put_setting(const TenancyServices& services, const Request& request) {
  Body body(request, {"value"});
  const auto value = body.value("value");
  body.check();
  services.settings.put(request.tenant.value(), request.path_parameter("name"), value, request.call_within(kTimeout));
  return no_content();
}

Response remove_setting(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  services.settings.remove(request.tenant.value(), request.path_parameter("name"), request.call_within(kTimeout));
  return no_content();
}

Response list_domains(const TenancyServices& services, const Request& request) {
  nlohmann::json found = nlohmann::json::array();
  for (const auto& domain : services.domains.list(request.tenant.value(), request.call_within(kTimeout))) {
    found.push_back(domain_to_json(domain));
  }
  return json_answer(200, {{"domains", std::move(found)}});
}

Response add_domain(const TenancyServices& services, const Request& request) {
  Body body(request, {"domain"});
  const auto domain = body.text("domain");
  body.check();
  return json_answer(
      201, domain_to_json(services.domains.add(request.tenant.value(), domain, request.call_within(kTimeout))));
}

Response make_primary(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  return json_answer(
      200, domain_to_json(services.domains.make_primary(request.tenant.value(), request.path_parameter("domain"),
                                                        request.call_within(kTimeout))));
}

Response remove_domain(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  services.domains.remove(request.tenant.value(), request.path_parameter("domain"), request.call_within(kTimeout));
  return no_content();
}

}  // namespace

void add_tenant_part_routes(Router& router, const TenancyServices& services) {
  const auto add = [&](const char* method, const char* part, Permission permission,
                       Response (*handler)(const TenancyServices&, const Request&)) {
    router.add({.method = method,
                .pattern = fmt::format("/api/v1/tenants/{{tenant_id}}/{}", part),
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  request.allow_query({});
                  return handler(services, request);
                }});
  };
  add("GET", "subscription", Permission::read_subscription, &show_subscription);
  add("PUT", "subscription", Permission::change_subscription, &put_subscription);
  add("POST", "subscription/cancel", Permission::cancel_subscription, &cancel_subscription);
  add("GET", "settings", Permission::read_settings, &list_settings);
  add("PUT", "settings/{name}", Permission::change_settings, &put_setting);
  add("DELETE", "settings/{name}", Permission::change_settings, &remove_setting);
  add("GET", "domains", Permission::read_domains, &list_domains);
  add("POST", "domains", Permission::change_domains, &add_domain);
  add("POST", "domains/{domain}/primary", Permission::change_domains, &make_primary);
  add("DELETE", "domains/{domain}", Permission::change_domains, &remove_domain);
}

}  // namespace tenure::server
