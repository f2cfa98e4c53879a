#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "base/error.h"
#include "estate/document.h"
#include "estate/erasure_section.h"
#include "estate/estate.h"
#include "estate/notation.h"
#include "estate/notifications_section.h"
#include "estate/service_section.h"
#include "estate/tenants_section.h"
#include "estate/users_section.h"
#include "estate/yaml_value.h"

namespace tenure::estate {
namespace {

/// Words of Tenure's own paths, and the audience of tokens that are good for all of it: what is made out for a service
/// of that prefix, and sent to its address, would be good everywhere.
constexpr std::string_view kReservedPrefixes[] = {"auth",        "deletion-preview", "health",
                                                  "invitations", "tenants",          "tenure"};

void read_control(Estate& estate, const Value& value) {
  const Fields fields(value, {"database", "schema_file"});
  if (const auto* url = fields.find("database")) estate.control_url = read_database_url(*url);
  if (const auto* file = fields.find("schema_file")) estate.control_schema_file = read_schema_file(*file);
}

void read_defaults(Estate& estate, const Value& value) {
  const Fields fields(value, {"tenant_column", "timeout", "last"});
  set(estate.tenant_column, fields.find("tenant_column"), is_name, "the name of a column");
  set(value.reading().default_timeout, fields.find("timeout"), &Value::duration);
  if (const auto* last = fields.find("last")) estate.last_tables = last->tables();
}

/// Two services that made their tenants' databases like the same one would each change the other's.
void check_reference(const Estate& estate, const Service& service, const Value& value) {
  const auto reference_of = [](const Service& one) -> const std::string* {
    const auto* database = std::get_if<Database>(&one.source);
    const bool has_one = database != nullptr && database->isolation.model == IsolationModel::database;
    return has_one ? &database->isolation.reference : nullptr;
  };
  const auto* own = reference_of(service);
  if (own == nullptr) return;
  for (const auto& other : estate.services) {
    const auto* another = reference_of(other);
    if (&other == &service || another == nullptr || *another != *own) continue;
    value.problem(fmt::format("has the same isolation.reference as {} on line {}", shown(other.name), other.line));
    return;
  }
}

void read_services(Estate& estate, const Value& value) {
  const auto entries = value.entries();
  if (value.is_map() && entries.empty()) value.problem("must have at least one service");
  std::map<std::string, const Service*> prefixes;
  estate.services.reserve(entries.size());
  for (const auto& entry : entries) {
    const auto& service = estate.services.emplace_back(read_service(entry));
    if (std::ranges::find(kReservedPrefixes, service.prefix) != std::end(kReservedPrefixes)) {
      entry.value.problem(fmt::format("has the prefix {}, which is Tenure's own; give it another", service.prefix));
    }
    if (const auto* remote = std::get_if<Remote>(&service.source);
        remote != nullptr && remote->archives && !estate.archive) {
      entry.value.problem("has `archives: true`, which needs the section `archive`");
    }
    check_reference(estate, service, entry.value);
    const auto [first, is_new] = prefixes.emplace(service.prefix, &service);
    if (is_new) continue;
    entry.value.problem(
        fmt::format("has the same prefix as {} on line {}", shown(first->second->name), first->second->line));
  }
}

bool is_network(std::string_view text) { return Network::parse(text).has_value(); }

std::vector<Network> read_networks(const Value& value) {
  std::vector<Network> networks;
  for (const auto& item : value.items()) {
    const auto text = item.text_that(is_network, "an address or a network such as 10.0.0.0/8 or 2001:db8::/32");
    if (text) networks.push_back(Network::parse(*text).value());
  }
  return networks;
}

void read_limits(RequestLimits& limits, const Value& value) {
  const Fields fields(value, {"requests_per_second", "burst", "logins_per_minute", "trusted_proxies"});
  set(limits.requests_per_second, fields.find("requests_per_second"), &Value::positive_number);
  set(limits.burst, fields.find("burst"), &Value::number_from_one);
  set(limits.logins_per_minute, fields.find("logins_per_minute"), &Value::number_from_one);
  if (const auto* proxies = fields.find("trusted_proxies")) limits.trusted_proxies = read_networks(*proxies);
}

/// What the services are checked against comes before them, and what refers to them after.
Estate read_sections(const Value& root) {
  const Fields fields(root, {"estate", "control", "tenants", "users", "limits", "archive", "evidence", "erasure",
                             "broker", "notifications", "defaults", "services"});
  Estate estate;
  set(estate.name, fields.require("estate"), &Value::text);
  if (const auto* value = fields.find("control")) read_control(estate, *value);
  if (const auto* value = fields.find("users")) read_users(estate, *value);
  if (const auto* value = fields.find("defaults")) read_defaults(estate, *value);
  if (const auto* value = fields.find("limits")) read_limits(estate.limits, *value);
  if (const auto* value = fields.find("archive")) read_archive(estate, *value);
  if (const auto* value = fields.find("evidence")) read_evidence(estate, *value);
  if (const auto* value = fields.find("erasure")) read_erasure(estate, *value);
  if (const auto* value = fields.find("broker")) read_broker(estate, *value);
  if (const auto* value = fields.find("notifications")) estate.notifications = read_notifications(*value);
  std::optional<TenantsSection> tenants;
  if (const auto* value = fields.find("tenants")) tenants.emplace(*value);
  if (const auto* value = fields.require("services")) read_services(estate, *value);
  if (tenants) tenants->complete(estate);
  return estate;
}

}  // namespace

Estate parse_estate(std::string_view text, const std::filesystem::path& file, const Variables& variables,
                    DatabaseSource source) {
  Reading reading{.variables = variables, .folder = file.parent_path(), .source = source, .problems = Problems(file)};
  Estate estate;
  if (const auto document = load_document(text, reading.problems)) {
    const Value root(reading, *document, "", 1);
    estate = read_sections(root);
  }
  reading.problems.throw_if_any();
  return estate;
}

}  // namespace tenure::estate
