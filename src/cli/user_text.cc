#include "cli/user_text.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

const char* state_of(const json& user) { return user.value("is_active", false) ? "active" : "suspended"; }
const char* admin_of(const json& user) { return user.value("is_platform_admin", false) ? "yes" : "no"; }

}  // namespace

std::string user_text(const json& user) {
  Table facts({{""}, {""}}, "  ");
  facts.add({"e-mail", text_or(user, "email", "")});
  facts.add({"status", state_of(user)});
  facts.add({"platform admin", admin_of(user)});
  facts.add({"created", text_or(user, "created_at", "")});
  return fmt::format("User {}{}\n", text_or(user, "user_id", ""), quoted_name(user, "full_name")) + facts.text();
}

std::string user_list_text(const json& page) {
  const auto users = page.value("users", json::array());
  if (users.empty()) return "no users\n";
  Table table({{"user"}, {"status"}, {"platform admin"}, {"created"}, {"e-mail"}, {"name"}});
  for (const auto& user : users) {
    table.add({text_or(user, "user_id", ""), state_of(user), admin_of(user), text_or(user, "created_at", ""),
               text_or(user, "email", ""), text_or(user, "full_name", "")});
  }
  return table.text() + next_page_text(page);
}

std::string membership_list_text(const json& body) {
  const auto memberships = body.value("memberships", json::array());
  if (memberships.empty()) return "no memberships\n";
  Table table({{"tenant"}, {"role"}, {"default"}, {"tenant's status"}, {"name"}});
  for (const auto& one : memberships) {
    table.add({text_or(one, "tenant_id", ""), text_or(one, "role", ""), one.value("is_default", false) ? "yes" : "no",
               text_or(one, "tenant_status", ""), text_or(one, "tenant_name", "")});
  }
  return table.text();
}

std::string removed_memberships_text(const json& body) {
  const auto memberships = body.value("memberships", json::array());
  if (memberships.empty()) return "no memberships\n";
  Table table({{"tenant"}, {"role"}, {"membership"}, {"error"}});
  for (const auto& one : memberships) {
    table.add({text_or(one, "tenant_id", ""), text_or(one, "role", ""), text_or(one, "status", ""),
               text_or(one, "error", "")});
  }
  return table.text();
}

}  // namespace tenure::cli
