#include "cli/print.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

std::string counted(const std::string& what, std::int64_t count, const std::string& remark = {}) {
  return fmt::format("    {:<36} {:>12}{}{}\n", what, grouped(count), remark.empty() ? "" : "  ", remark);
}

std::string counts_text(const json& counts, const std::string& remark = {}) {
  std::string text;
  for (const auto& [table, count] : counts.items()) {
    if (count.get<std::int64_t>() != 0) text += counted(printable(table), count.get<std::int64_t>(), remark);
  }
  return text;
}

std::string kept_text(const json& service) {
  std::string text;
  const auto all = service.value("kept", json::object());
  for (const auto& [table, kept] : all.items()) {
    const auto rows = kept["rows"].is_number() ? grouped(kept["rows"].get<std::int64_t>()) : std::string("all");
    text += fmt::format("    {:<36} {:>12}  kept: {}\n", printable(table), rows, text_or(kept, "reason", ""));
  }
  return text;
}

std::string outside_text(const json& service) {
  std::string text;
  for (const auto& rows : service.value("outside_rows", json::array())) {
    const auto rule = text_or(rows, "rule", "");
    text += counted(text_or(rows, "key", ""), number_of(rows, "rows"),
                    fmt::format("rows of others under {}: {}", text_or(rows, "parent", ""),
                                rule.empty() ? "an erasure is refused until outside_rows settles it" : rule));
  }
  return text;
}

std::string failed_text(const std::string& service, const json& errors) {
  std::string text;
  for (const auto& error : errors) {
    const auto why = printable(error.get_ref<const std::string&>());
    text += text.empty() ? fmt::format("  {:<38} {:>12}  {}\n", service, "failed", why) : fmt::format("    {}\n", why);
  }
  return text;
}

std::int64_t total_of(const json& counts) {
  std::int64_t total = 0;
  for (const auto& count : counts) total += count.get<std::int64_t>();
  return total;
}

std::string services_text(const json& preview) {
  std::string text;
  const auto services = preview.value("services", json::object());
  for (const auto& [name, said] : services.items()) {
    const auto service = printable(name);
    if (said.contains("errors")) {
      text += failed_text(service, said["errors"]);
      continue;
    }
    const auto changed = said.value("changed_counts", json::object());
    const auto also = said.contains("user_id") ? total_of(changed) : 0;
    text += fmt::format("  {:<38} {:>12}\n", service, grouped(number_of(said, "total_items") + also));
    text += counts_text(said.value("data_counts", json::object())) + counts_text(changed, "changed, not deleted");
    text += kept_text(said) + outside_text(said);
  }
  return text;
}

std::string total_text(const char* what, const json& preview) {
  return fmt::format("  {:<38} {:>12}\n", what, grouped(number_of(preview, "total_items")));
}

}  // namespace

void print(const Options& options, const json& body, ToText to_text) {
  std::cout << (options.json ? body.dump(2) + "\n" : to_text(body));
}

std::string preview_text(const json& preview) {
  return fmt::format("Tenant {}{}\n", text_or(preview, "tenant_id", ""), quoted_name(preview, "tenant_name")) +
         services_text(preview) + total_text("rows and files that would be deleted", preview);
}

std::string user_preview_text(const json& preview) {
  auto text = fmt::format("User {}\n", text_or(preview, "user_id", ""));
  for (const auto& owned : preview.value("owned_tenants", json::array())) {
    const auto heir = text_or(owned, "new_owner_id", "");
    const auto outcome = text_or(owned, "outcome", "");
    text += fmt::format("  tenant {}{}  {}\n", text_or(owned, "tenant_id", ""), quoted_name(owned, "tenant_name"),
                        outcome == "blocked"    ? "blocks it: every other admin is suspended"
                        : outcome == "transfer" ? "would be handed over to " + heir
                                                : "would be deleted with all its data");
  }
  text += fmt::format("  {:<38} {:>12}\n", "memberships", grouped(number_of(preview, "memberships")));
  return text + services_text(preview) + total_text("rows that would be deleted or changed", preview);
}

}  // namespace tenure::cli
