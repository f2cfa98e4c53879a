#include "cli/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "cli/backend.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "erasure/erase_tenant.h"
#include "identity/token.h"
#include "jobs/job.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

void print(const Options& options, const json& body, std::string (*to_text)(const json&)) {
  std::cout << (options.json ? body.dump(2) + "\n" : to_text(body));
}

// Previews that could not be made, or rows of others without a rule: an erasure would not go through.
bool is_erasable(const json& preview) {
  for (const auto& [service, said] : preview.at("services").items()) {
    if (said.contains("errors")) return false;
    for (const auto& rows : said.value("outside_rows", json::array())) {
      if (rows.at("rule").is_null()) return false;
    }
  }
  return true;
}

std::string typed_confirmation(const Options& options, const json& preview, const std::string& name) {
  if (options.confirm) return *options.confirm;
  if (isatty(STDIN_FILENO) == 0) {
    throw Error(ErrorCode::invalid_argument, "confirm: nobody is there to ask; pass --confirm with the tenant's name");
  }
  std::cout << preview_text(preview) << "This cannot be undone. Type "
            << (name.empty() ? "the tenant's id" : "the tenant's name") << " to erase it: " << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  return typed;
}

}  // namespace

int preview(const Options& options) {
  const auto tenant = TenantId::parse(options.tenant);
  const auto body = make_backend(options)->send("GET", "/api/v1/deletion-preview/" + tenant.str());
  print(options, body, preview_text);
  return is_erasable(body) ? 0 : 1;
}

int erase(const Options& options) {
  const auto tenant = TenantId::parse(options.tenant);
  const auto backend = make_backend(options);
  const auto before = backend->send("GET", "/api/v1/deletion-preview/" + tenant.str());
  const auto name = before.value("tenant_name", json()).is_string() ? before["tenant_name"].get<std::string>() : "";
  erasure::require_confirmation(name.empty() ? tenant.str() : name, typed_confirmation(options, before, name));
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, before);
  const auto job = backend->erase(tenant, [&](const json& now) { progress.show(now); });
  print(options, job, job_text);
  return job.at("status") == "completed" ? 0 : 1;
}

int job_list(const Options& options) {
  auto path = fmt::format("/api/v1/auth/deletion-jobs?limit={}", options.limit);
  if (!options.tenant.empty()) path += "&tenant_id=" + TenantId::parse(options.tenant).str();
  if (!options.status.empty())
    path += fmt::format("&status={}", jobs::to_string(jobs::parse_job_state(options.status)));
  print(options, make_backend(options)->send("GET", path), job_list_text);
  return 0;
}

int job_show(const Options& options) {
  const auto job = JobId::parse(options.job);
  print(options, make_backend(options)->send("GET", "/api/v1/auth/deletion-jobs/" + job.str()), job_text);
  return 0;
}

int token(const Options& options) {
  const SystemClock clock;
  const identity::SigningKeys keys(std::filesystem::path(options.state) / "keys", clock);
  std::cout << identity::issue_service_token(keys, clock, options.name, options.audience).reveal() << "\n";
  return 0;
}

}  // namespace tenure::cli
