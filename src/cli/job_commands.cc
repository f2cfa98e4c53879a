#include <fmt/format.h>

#include <iostream>

#include "base/error.h"
#include "base/ids.h"
#include "cli/backend.h"
#include "cli/command_table.h"
#include "cli/confirmation.h"
#include "cli/job_text.h"
#include "cli/request.h"
#include "jobs/job_state.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

std::string job_path(const Options& options, std::string_view part = {}) {
  auto path = "/api/v1/auth/deletion-jobs/" + JobId::parse(options.job).str();
  if (!part.empty()) path += fmt::format("/{}", part);
  return path;
}

int list(const Options& options) {
  auto path = page_path(options, "/api/v1/auth/deletion-jobs");
  if (!options.tenant.empty()) path += "&tenant_id=" + TenantId::parse(options.tenant).str();
  if (!options.user.empty()) path += "&user_id=" + UserId::parse(options.user).str();
  if (options.kind) path += "&kind=" + query_value(*options.kind);
  std::string states;
  for (const auto& status : options.statuses) {
    states += (states.empty() ? "&status=" : "%2C") + std::string(jobs::to_string(jobs::parse_job_state(status)));
  }
  return send_and_print(options, "GET", path + states, nullptr, job_list_text);
}

int show(const Options& options) { return send_and_print(options, "GET", job_path(options), nullptr, job_text); }

int history(const Options& options) {
  return send_and_print(options, "GET", job_path(options, "transitions"), nullptr, job_history_text);
}

/// Sends a decision about a job; with --wait stays for what comes of it, which a failed end makes a failure.
int decide(const Options& options, const char* decision) {
  const auto backend = make_backend(options);
  auto job = backend->send("POST", job_path(options, decision));
  if (options.wait) job = backend->wait(JobId::parse(options.job), {});
  print(options, job, job_text);
  const auto state = jobs::parse_job_state(job.at("status").get<std::string>());
  const bool has_failed = state == jobs::JobState::failed || state == jobs::JobState::compensation_failed;
  return options.wait && has_failed ? 1 : 0;
}

int cancel(const Options& options) { return decide(options, "cancel"); }

int retry(const Options& options) { return decide(options, "retry"); }

int restore(const Options& options) { return decide(options, "restore"); }

int reschedule(const Options& options) {
  auto body = body_of({{"run_at", options.at}});
  if (options.priority) body["priority"] = *options.priority;
  return send_and_print(options, "PATCH", job_path(options), body, job_text);
}

/// Shows what would go, has it confirmed, and returns what stands for it.
std::string digest_of_preview(const Options& options, Backend& backend) {
  const auto job = backend.send("GET", job_path(options));
  if (job.at("tenant_id").is_null()) {
    throw Error(ErrorCode::invalid_argument, "--digest: missing; only a tenant's deletion is previewed here");
  }
  const auto tenant = job.at("tenant_id").get<std::string>();
  const auto preview = backend.send("GET", "/api/v1/deletion-preview/" + tenant);
  const auto name = preview.at("tenant_name").is_string() ? preview.at("tenant_name").get<std::string>() : "";
  require_confirmation(options, tenant_confirmation(name, tenant, preview_text(preview), "approve its erasure"));
  return preview.at("digest").get<std::string>();
}

int approve(const Options& options) {
  const auto backend = make_backend(options);
  json body = body_of({{"approver", options.by}});
  body["digest"] = options.digest ? *options.digest : digest_of_preview(options, *backend);
  print(options, backend->send("POST", job_path(options, "approve"), body), job_text);
  return 0;
}

}  // namespace

void add_job_commands(CommandTable& table) {
  auto& options = table.options();
  auto& jobs = CommandTable::add_group(table.root(), "job", "Deletion jobs");
  auto& listed = table.add_with_backend(jobs, "list", "The newest jobs", &list);
  listed.add_option("--tenant", options.tenant, "Only of this tenant");
  listed.add_option("--user", options.user, "Only of this user");
  listed.add_option("--of", options.kind, "Only deletions of tenants, or of users: tenant or user");
  listed.add_option("--status", options.statuses, "Only in this state; repeatable");
  table.add_page(listed);
  const auto add = [&](const char* name, const char* about, Command command) -> CLI::App& {
    auto& added = table.add_with_backend(jobs, name, about, command);
    added.add_option("job", options.job, "The job's UUID")->required();
    return added;
  };
  add("show", "One job with its services", &show);
  add("history", "Every change of its state: when, by whom and why", &history);
  const auto add_decision = [&](const char* name, const char* about, Command command) {
    add(name, about, command).add_flag("--wait", options.wait, "Wait for its end, and fail when it does");
  };
  add_decision("cancel", "End it before it starts, or bring back what it has deleted", &cancel);
  add_decision("retry", "Go on with one that has failed, or that waits for a service", &retry);
  add_decision("restore", "Bring back what a completed one has deleted, for as long as its archive is kept", &restore);
  table.add_terms(add("reschedule", "Change when a scheduled one begins, or whose turn it is", &reschedule));
  auto& approved = add("approve", "Consent to one as a second person, after a preview", &approve);
  approved.add_option("--digest", options.digest, "What is approved, as a preview names it, instead of asking");
  approved.add_option("--by", options.by, "Who approves; only without a token of one's own in TENURE_TOKEN");
  table.add_confirm(approved, "The tenant's name");
}

}  // namespace tenure::cli
