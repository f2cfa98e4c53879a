#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "cli/backend.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/job_text.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "jobs/job_state.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Previews that could not be made, or rows of others without a rule: an erasure would not go through.
bool is_erasable(const json& preview) {
  const auto services = preview.value("services", json::object());
  for (const auto& said : services) {
    if (said.contains("errors")) return false;
    for (const auto& rows : said.value("outside_rows", json::array())) {
      if (rows.at("rule").is_null()) return false;
    }
  }
  return true;
}

json preview_of_tenant(Backend& backend, const TenantId& tenant) {
  return backend.send("GET", "/api/v1/deletion-preview/" + tenant.str());
}

/// Whether, and for how long, what is about to go could come back.
std::string reversibility_of(const json& preview) {
  const auto seconds = preview.value("retained_seconds", json());
  if (!seconds.is_number() || seconds.get<std::int64_t>() == 0) return "This cannot be undone. ";
  return fmt::format("It can be taken back for {} days. ", seconds.get<std::int64_t>() / (24 * 3600));
}

int show_end(const Options& options, const json& job) {
  print(options, job, job_text);
  const auto state = jobs::parse_job_state(job.at("status").get<std::string>());
  return state == jobs::JobState::completed || jobs::waits_for_somebody(state) ? 0 : 1;
}

/// Leaves a job for a server to run at the time that the command line gave.
int schedule(const Options& options, Backend& backend, const char* subject, const std::string& id) {
  json body = body_of({{"run_at", options.at}});
  body[subject] = id;
  if (options.priority) body["priority"] = *options.priority;
  const auto job = backend.send("POST", "/api/v1/auth/deletion-jobs", body).at("job_id").get<std::string>();
  print(options, backend.send("GET", "/api/v1/auth/deletion-jobs/" + job), job_text);
  return 0;
}

/// What a person can type to mean this user. An estate whose accounts are kept elsewhere knows the id only.
Confirmation user_confirmation(Backend& backend, const Options& options, const UserId& user, std::string stake) {
  Confirmation confirmation{
      .stake = std::move(stake), .purpose = "erase the user", .what = "the user's id", .accepted = {user.str()}};
  try {
    const auto email = text_of(backend.send("GET", user_path(options)), "email");
    if (email.empty()) return confirmation;
    confirmation.what = "the user's e-mail address or id";
    confirmation.accepted.push_back(email);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return confirmation;
}

}  // namespace

int preview(const Options& options) {
  const auto tenant = TenantId::parse(options.tenant);
  const auto body = preview_of_tenant(*make_backend(options), tenant);
  print(options, body, preview_text);
  return is_erasable(body) ? 0 : 1;
}

int erase(const Options& options) {
  const auto tenant = TenantId::parse(options.tenant);
  const auto backend = make_backend(options);
  const auto before = preview_of_tenant(*backend, tenant);
  require_confirmation(options, tenant_confirmation(text_of(before, "tenant_name"), tenant.str(),
                                                    preview_text(before) + reversibility_of(before), "erase it"));
  if (options.at) return schedule(options, *backend, "tenant_id", tenant.str());
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, before);
  const auto listener = [&](const json& now) { progress.show(now); };
  return show_end(options, backend->erase(tenant, options.priority.value_or(0), listener));
}

int preview_user(const Options& options) {
  const auto body = make_backend(options)->send("GET", user_path(options, "deletion-preview"));
  print(options, body, user_preview_text);
  return is_erasable(body) ? 0 : 1;
}

int erase_user(const Options& options) {
  const auto user = UserId::parse(options.user);
  const auto backend = make_backend(options);
  const auto before = backend->send("GET", user_path(options, "deletion-preview"));
  require_confirmation(
      options, user_confirmation(*backend, options, user, user_preview_text(before) + "This cannot be undone. "));
  if (options.at) return schedule(options, *backend, "user_id", user.str());
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, before);
  const auto listener = [&](const json& now) { progress.show(now); };
  return show_end(options, backend->erase_user(user, options.priority.value_or(0), listener));
}

}  // namespace tenure::cli
