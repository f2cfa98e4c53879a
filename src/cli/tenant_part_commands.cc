#include "base/error.h"
#include "cli/command_table.h"
#include "cli/request.h"
#include "cli/tenant_text.h"
#include "tenancy/subscriptions.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr int kDeepestValue = 30;

int list_domains(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "domains"), nullptr, domain_list_text);
}

std::string domain_path(const Options& options) {
  return tenant_path(options, "domains/" + path_segment(options.domain, "domain"));
}

int add_domain(const Options& options) {
  return send_and_print(options, "POST", tenant_path(options, "domains"), body_of({{"domain", options.domain}}),
                        domain_text);
}

int remove_domain(const Options& options) {
  return send_and_say(options, "DELETE", domain_path(options), nullptr, "the domain is removed");
}

int make_primary(const Options& options) {
  return send_and_print(options, "POST", domain_path(options) + "/primary", nullptr, domain_text);
}

int list_settings(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "settings"), nullptr, setting_list_text);
}

std::string setting_path(const Options& options) {
  return tenant_path(options, "settings/" + path_segment(options.setting, "name"));
}

json setting_value(const Options& options) {
  const json::parser_callback_t check = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepestValue) throw Error(ErrorCode::invalid_argument, "value: nested too deeply");
    return true;
  };
  auto value = json::parse(options.value, check, false);
  if (value.is_discarded()) {
    throw Error(ErrorCode::invalid_argument, "value: not JSON; a text has quotation marks of its own: '\"blue\"'");
  }
  return value;
}

int set_setting(const Options& options) {
  return send_and_say(options, "PUT", setting_path(options), {{"value", setting_value(options)}}, "the setting is set");
}

int unset_setting(const Options& options) {
  return send_and_say(options, "DELETE", setting_path(options), nullptr, "the setting is removed");
}

int show_subscription(const Options& options) {
  return send_and_print(options, "GET", tenant_path(options, "subscription"), nullptr, subscription_text);
}

int set_subscription(const Options& options) {
  const auto status = options.status
                          ? std::optional<std::string>(to_string(tenancy::parse_subscription_status(*options.status)))
                          : std::nullopt;
  const auto body = body_of({{"plan", options.subscription_plan}, {"status", status}, {"price", options.price}});
  return send_and_print(options, "PUT", tenant_path(options, "subscription"), body, subscription_text);
}

int cancel_subscription(const Options& options) {
  return send_and_print(options, "POST", tenant_path(options, "subscription/cancel"), nullptr, subscription_text);
}

/// A command of one of the groups below, with the tenant as its first argument.
CLI::App& add(CommandTable& table, CLI::App& group, const char* name, const char* about, Command command) {
  auto& sub = table.add_with_backend(group, name, about, command);
  table.add_tenant(sub);
  return sub;
}

void add_domains(CommandTable& table, CLI::App& tenant) {
  auto& group = CommandTable::add_group(tenant, "domain", "The host names of a tenant");
  add(table, group, "list", "All of them", &list_domains);
  for (const auto& [name, about, command] : {std::tuple{"add", "Add one; the first is the primary one", &add_domain},
                                             std::tuple{"remove", "Remove one", &remove_domain},
                                             std::tuple{"primary", "Make it the primary one", &make_primary}}) {
    add(table, group, name, about, command).add_option("domain", table.options().domain, "The host name")->required();
  }
}

void add_settings(CommandTable& table, CLI::App& tenant) {
  auto& options = table.options();
  auto& group = CommandTable::add_group(tenant, "setting", "The settings of a tenant");
  add(table, group, "list", "All of them", &list_settings);
  auto& set = add(table, group, "set", "Set one", &set_setting);
  set.add_option("name", options.setting, "Its name")->required();
  set.add_option("value", options.value, "Its value as JSON: 12, true, '\"blue\"'")->required();
  add(table, group, "unset", "Remove one", &unset_setting).add_option("name", options.setting, "Its name")->required();
}

void add_subscription(CommandTable& table, CLI::App& tenant) {
  auto& options = table.options();
  auto& group = CommandTable::add_group(tenant, "subscription", "The subscription of a tenant");
  add(table, group, "show", "The one in force, or the last one", &show_subscription);
  auto& set = add(table, group, "set", "Begin one, or replace what the one in force says", &set_subscription);
  set.add_option("--plan", options.subscription_plan, "As the product names it")->required();
  set.add_option("--status", options.status, "trialing, active or past_due; active when absent");
  set.add_option("--price", options.price, "A decimal: 49.90; 0 when absent");
  add(table, group, "cancel", "End the one in force", &cancel_subscription);
}

}  // namespace

void add_tenant_part_commands(CommandTable& table, CLI::App& tenant) {
  add_domains(table, tenant);
  add_settings(table, tenant);
  add_subscription(table, tenant);
}

}  // namespace tenure::cli
