#include "cli/tenant_text.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

/// The status, or that the tenant is hidden, which stands beside it.
std::string state_of(const json& tenant) {
  const auto status = text_or(tenant, "status", "");
  return text_or(tenant, "deleted_at", "").empty() || status == "deleting" ? status : "soft-deleted";
}

Table invitation_table() { return Table({{"invitation"}, {"role"}, {"status"}, {"expires"}, {"e-mail"}}); }

std::vector<std::string> invitation_cells(const json& invitation) {
  return {text_or(invitation, "invitation_id", ""), text_or(invitation, "role", ""), text_or(invitation, "status", ""),
          text_or(invitation, "expires_at", ""), text_or(invitation, "email", "")};
}

Table member_table() { return Table({{"user"}, {"role"}, {"since"}, {"e-mail"}, {"name"}}); }

std::vector<std::string> member_cells(const json& member) {
  return {text_or(member, "user_id", ""), text_or(member, "role", ""), text_or(member, "joined_at", ""),
          text_or(member, "email", "-"), text_or(member, "full_name", "-")};
}

Table domain_table() { return Table({{"domain"}, {"primary"}, {"since"}}); }

std::vector<std::string> domain_cells(const json& domain) {
  return {text_or(domain, "domain", ""), domain.value("is_primary", false) ? "yes" : "no",
          text_or(domain, "created_at", "")};
}

}  // namespace

std::string tenant_text(const json& tenant) {
  Table facts({{""}, {""}}, "  ");
  facts.add({"slug", text_or(tenant, "slug", "")});
  facts.add({"owner", text_or(tenant, "owner_id", "")});
  facts.add({"status", state_of(tenant)});
  facts.add({"time zone", text_or(tenant, "time_zone", "")});
  facts.add({"created", text_or(tenant, "created_at", "")});
  facts.add({"updated", text_or(tenant, "updated_at", "")});
  if (const auto at = text_or(tenant, "deleted_at", ""); !at.empty()) facts.add({"hidden", at});
  if (const auto at = text_or(tenant, "erase_after", ""); !at.empty()) facts.add({"erased after", at});
  return fmt::format("Tenant {}{}\n", text_or(tenant, "tenant_id", ""), quoted_name(tenant, "name")) + facts.text();
}

std::string tenant_list_text(const json& page) {
  const auto tenants = page.value("tenants", json::array());
  if (tenants.empty()) return "no tenants\n";
  Table table({{"tenant"}, {"status"}, {"created"}, {"slug"}, {"name"}});
  for (const auto& tenant : tenants) {
    table.add({text_or(tenant, "tenant_id", ""), state_of(tenant), text_or(tenant, "created_at", ""),
               text_or(tenant, "slug", ""), text_or(tenant, "name", "")});
  }
  return table.text() + next_page_text(page);
}

std::string member_text(const json& member) {
  auto table = member_table();
  table.add(member_cells(member));
  return table.text();
}

std::string member_list_text(const json& body) {
  auto table = member_table();
  for (const auto& member : body.at(body.contains("admins") ? "admins" : "members")) table.add(member_cells(member));
  return table.text();
}

std::string invitation_text(const json& invitation) {
  auto table = invitation_table();
  table.add(invitation_cells(invitation));
  const auto token = text_or(invitation, "token", "");
  return table.text() + (token.empty() ? "" : fmt::format("token, shown this once: {}\n", token));
}

std::string invitation_list_text(const json& body) {
  const auto invitations = body.value("invitations", json::array());
  if (invitations.empty()) return "no invitations\n";
  auto table = invitation_table();
  for (const auto& invitation : invitations) table.add(invitation_cells(invitation));
  return table.text();
}

std::string subscription_text(const json& subscription) {
  Table facts({{""}, {""}});
  facts.add({"plan", text_or(subscription, "plan", "")});
  facts.add({"status", text_or(subscription, "status", "")});
  facts.add({"price", text_or(subscription, "price", "")});
  facts.add({"started", text_or(subscription, "started_at", "")});
  facts.add({"renews", text_or(subscription, "renews_at", "-")});
  facts.add({"cancelled", text_or(subscription, "cancelled_at", "-")});
  return facts.text();
}

std::string setting_list_text(const json& body) {
  const auto settings = body.value("settings", json::object());
  if (settings.empty()) return "no settings\n";
  Table table({{"setting"}, {"value"}});
  for (const auto& [name, value] : settings.items()) table.add({name, value.dump()});
  return table.text();
}

std::string domain_text(const json& domain) {
  auto table = domain_table();
  table.add(domain_cells(domain));
  return table.text();
}

std::string domain_list_text(const json& body) {
  const auto domains = body.value("domains", json::array());
  if (domains.empty()) return "no domains\n";
  auto table = domain_table();
  for (const auto& domain : domains) table.add(domain_cells(domain));
  return table.text();
}

std::string sweep_text(const json& outcome) {
  std::string text;
  const auto started = outcome.value("started", json::array());
  for (const auto& job : started) text += fmt::format("deletion job {}\n", printable(job.get<std::string>()));
  for (const auto& error : outcome.value("errors", json::array())) {
    text += fmt::format("failed: {}\n", printable(error.get<std::string>()));
  }
  return text.empty() ? "no tenant is due\n" : text;
}

}  // namespace tenure::cli
