#include "cli/job_text.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

double seconds_of(const json& object) {
  const auto found = object.find("duration");
  return found != object.end() && found->is_number() ? found->get<double>() : 0.0;
}

std::string owned_tenants_text(const json& job) {
  std::string text;
  for (const auto& owned : job.value("owned_tenants", json::array())) {
    const bool is_handed_over = owned.value("outcome", "") == "transferred";
    text += fmt::format("  tenant {}  {} {}  {}\n", text_or(owned, "tenant_id", ""),
                        is_handed_over ? "handed over to" : "deleted by job",
                        text_or(owned, is_handed_over ? "new_owner_id" : "deletion_job_id", "-"),
                        text_or(owned, "status", ""));
    for (const auto& error : owned.value("errors", json::array())) {
      text += fmt::format("    {}\n", printable(error.get_ref<const std::string&>()));
    }
  }
  return text;
}

std::string step_text(const std::string& service, const json& result) {
  auto text = fmt::format("  {:<20} {:<9} {:>12} rows {:>9.3f} s\n", printable(service), text_or(result, "status", ""),
                          grouped(number_of(result, "total")), seconds_of(result));
  for (const auto& error : result.value("errors", json::array())) {
    text += fmt::format("    {}\n", printable(error.get_ref<const std::string&>()));
  }
  return text;
}

bool is_of_user(const json& job) { return job.contains("user_id"); }

std::string line(const char* what, const std::string& text) { return fmt::format("  {:<9} {}\n", what, text); }

/// What was decided about the job, where anything was.
std::string decisions_text(const json& job) {
  std::string text;
  const auto of = [&](const char* key) { return job.value(key, json()); };
  if (const auto at = text_or(job, "run_at", ""); !at.empty()) text += line("begins", at);
  if (const auto priority = number_of(job, "priority"); priority != 0) text += line("priority", grouped(priority));
  for (const auto& approval : job.value("approvals", json::array())) {
    const auto lapsed = text_or(approval, "lapsed_at", "");
    text +=
        line("approved", fmt::format("{} by {}{}", text_or(approval, "given_at", ""), text_or(approval, "approver", ""),
                                     lapsed.empty() ? "" : ", lapsed " + lapsed));
  }
  if (const auto hold = of("hold"); hold.is_object()) text += line("on hold", "since " + text_or(hold, "since", ""));
  if (const auto cancel = of("cancel_requested"); cancel.is_object()) {
    text += line("cancelled", fmt::format("{} by {}", text_or(cancel, "at", ""), text_or(cancel, "by", "")));
  }
  if (const auto until = text_or(job, "waits_until", ""); !until.empty()) text += line("waits", "until " + until);
  if (const auto archive = of("archive"); archive.is_object()) {
    const auto destroyed = text_or(archive, "destroyed_at", "");
    text += line("archive", destroyed.empty() ? "kept until " + text_or(archive, "retained_until", "further notice")
                                              : "destroyed " + destroyed);
  }
  return text;
}

std::string errors_text(const json& job) {
  std::string text;
  for (const auto& error : job.value("errors", json::array())) {
    text += line("error", printable(error.get_ref<const std::string&>()));
  }
  return text;
}

}  // namespace

std::string job_text(const json& job) {
  auto text = fmt::format("Job {}  {}\n", text_or(job, "job_id", ""), text_or(job, "status", ""));
  text += is_of_user(job)
              ? fmt::format("  user      {}\n", text_or(job, "user_id", ""))
              : fmt::format("  tenant    {}{}\n", text_or(job, "tenant_id", ""), quoted_name(job, "tenant_name"));
  text += fmt::format("  started   {}\n  completed {}\n", text_or(job, "started_at", "-"),
                      text_or(job, "completed_at", "-"));
  text += decisions_text(job) + owned_tenants_text(job);
  const auto results = job.value("service_results", json::object());
  for (const auto& [service, result] : results.items()) text += step_text(service, result);
  text += errors_text(job);
  return text + fmt::format("  {} rows deleted, {} services completed, {} failed, {:.3f} s\n",
                            grouped(number_of(job, "total_items_deleted")), number_of(job, "services_completed"),
                            number_of(job, "services_failed"), seconds_of(job));
}

std::string job_list_text(const json& page) {
  const auto jobs = page.value("jobs", json::array());
  if (jobs.empty()) return "no jobs\n";
  Table table({{"job"}, {"status"}, {"of"}, {"id"}, {"rows", Align::right}, {"started or begins"}});
  for (const auto& job : jobs) {
    table.add({text_or(job, "job_id", ""), text_or(job, "status", ""), is_of_user(job) ? "user" : "tenant",
               text_or(job, is_of_user(job) ? "user_id" : "tenant_id", ""),
               grouped(number_of(job, "total_items_deleted")),
               text_or(job, "started_at", text_or(job, "run_at", "-").c_str())});
  }
  return table.text() + next_page_text(page);
}

std::string job_history_text(const json& body) {
  Table table({{"at"}, {"from"}, {"to"}, {"why"}, {"by"}, {"epoch", Align::right}});
  for (const auto& change : body.at("transitions")) {
    table.add({text_or(change, "at", ""), text_or(change, "from", "-"), text_or(change, "to", ""),
               text_or(change, "reason", ""), text_or(change, "by", ""), grouped(number_of(change, "epoch"))});
  }
  return table.text();
}

std::string hold_text(const json& hold) {
  auto text = fmt::format("Legal hold {} on tenant {}\n", number_of(hold, "number"), text_or(hold, "tenant_id", ""));
  text += line("reason", text_or(hold, "reason", ""));
  text += line("placed", fmt::format("{} by {}", text_or(hold, "placed_at", ""), text_or(hold, "placed_by", "")));
  const auto released = text_or(hold, "released_at", "");
  if (released.empty()) return text;
  return text + line("released", fmt::format("{} by {}", released, text_or(hold, "released_by", "")));
}

std::string hold_list_text(const json& page) {
  const auto holds = page.value("holds", json::array());
  if (holds.empty()) return "no holds\n";
  Table table({{"hold", Align::right}, {"tenant"}, {"placed"}, {"released"}, {"reason"}});
  for (const auto& hold : holds) {
    table.add({grouped(number_of(hold, "number")), text_or(hold, "tenant_id", ""), text_or(hold, "placed_at", ""),
               text_or(hold, "released_at", "-"), text_or(hold, "reason", "")});
  }
  return table.text() + next_page_text(page);
}

}  // namespace tenure::cli
