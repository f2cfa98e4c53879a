#include "cli/print.h"

#include <fmt/format.h>

#include <cstddef>

namespace tenure::cli {
namespace {

using nlohmann::json;

std::string text_or(const json& object, const char* key, const char* fallback) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return fallback;
  // A tenant's name is anybody's text: it must not steer the terminal.
  auto text = found->get<std::string>();
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

std::int64_t number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

std::string counts_text(const json& counts, std::string_view indent) {
  std::string text;
  for (const auto& [table, count] : counts.items()) {
    if (count.get<std::int64_t>() == 0) continue;
    text += fmt::format("{}{:<36} {:>12}\n", indent, table, grouped(count.get<std::int64_t>()));
  }
  return text;
}

std::string kept_text(const json& service) {
  std::string text;
  const auto all = service.value("kept", json::object());
  for (const auto& [table, kept] : all.items()) {
    const auto rows = kept["rows"].is_number() ? grouped(kept["rows"].get<std::int64_t>()) : std::string("all");
    text += fmt::format("    {:<36} {:>12}  kept: {}\n", table, rows, text_or(kept, "reason", ""));
  }
  return text;
}

std::string outside_text(const json& service) {
  std::string text;
  for (const auto& rows : service.value("outside_rows", json::array())) {
    const auto rule = text_or(rows, "rule", "");
    text += fmt::format("    {:<36} {:>12}  rows of others under {}: {}\n", text_or(rows, "key", ""),
                        grouped(number_of(rows, "rows")), text_or(rows, "parent", ""),
                        rule.empty() ? "an erasure is refused until outside_rows settles it" : rule);
  }
  return text;
}

}  // namespace

std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string preview_text(const json& preview) {
  const auto name = text_or(preview, "tenant_name", "");
  auto text = fmt::format("Tenant {}{}\n", preview.value("tenant_id", ""), name.empty() ? "" : " \"" + name + "\"");
  const auto services = preview.value("services", json::object());
  for (const auto& [service, said] : services.items()) {
    if (said.contains("errors")) {
      text += fmt::format("  {:<38} {:>12}  {}\n", service, "failed", said["errors"].front().get<std::string>());
      for (std::size_t at = 1; at < said["errors"].size(); ++at) {
        text += fmt::format("    {}\n", said["errors"][at].get<std::string>());
      }
      continue;
    }
    text += fmt::format("  {:<38} {:>12}\n", service, grouped(number_of(said, "total_items")));
    text += counts_text(said.value("data_counts", json::object()), "    ");
    text += kept_text(said) + outside_text(said);
  }
  return text + fmt::format("  {:<38} {:>12}\n", "rows and files that would be deleted",
                            grouped(number_of(preview, "total_items")));
}

std::string job_text(const json& job) {
  auto text = fmt::format("Job {}  {}\n", job.value("job_id", ""), job.value("status", ""));
  const auto name = text_or(job, "tenant_name", "");
  text += fmt::format("  tenant    {}{}\n", job.value("tenant_id", ""), name.empty() ? "" : " \"" + name + "\"");
  text += fmt::format("  started   {}\n  completed {}\n", text_or(job, "started_at", "-"),
                      text_or(job, "completed_at", "-"));
  const auto results = job.value("service_results", json::object());
  for (const auto& [service, result] : results.items()) {
    const auto seconds =
        result.contains("duration") && result["duration"].is_number() ? result["duration"].get<double>() : 0.0;
    text += fmt::format("  {:<18} {:<9} {:>12} rows {:>9.3f} s\n", service, result.value("status", ""),
                        grouped(number_of(result, "total")), seconds);
    const auto errors = result.value("errors", json::array());
    for (const auto& error : errors) text += fmt::format("    {}\n", error.get<std::string>());
  }
  const auto duration = job.contains("duration") && job["duration"].is_number() ? job["duration"].get<double>() : 0.0;
  text += fmt::format("  {} rows deleted, {} services completed, {} failed, {:.3f} s\n",
                      grouped(number_of(job, "total_items_deleted")), number_of(job, "services_completed"),
                      number_of(job, "services_failed"), duration);
  return text;
}

std::string job_list_text(const json& page) {
  const auto jobs = page.value("jobs", json::array());
  if (jobs.empty()) return "no jobs\n";
  auto text = fmt::format("{:<36}  {:<10} {:<36}  {:>12}  {}\n", "job", "status", "tenant", "rows", "started");
  for (const auto& job : jobs) {
    text += fmt::format("{:<36}  {:<10} {:<36}  {:>12}  {}\n", job.value("job_id", ""), job.value("status", ""),
                        job.value("tenant_id", ""), grouped(number_of(job, "total_items_deleted")),
                        text_or(job, "started_at", "-"));
  }
  return text;
}

}  // namespace tenure::cli
