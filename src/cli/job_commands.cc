#include <fmt/format.h>

#include "base/ids.h"
#include "cli/command_table.h"
#include "cli/request.h"
#include "jobs/job.h"

namespace tenure::cli {
namespace {

int list(const Options& options) {
  auto path = page_path(options, "/api/v1/auth/deletion-jobs");
  if (!options.tenant.empty()) path += "&tenant_id=" + TenantId::parse(options.tenant).str();
  if (!options.user.empty()) path += "&user_id=" + UserId::parse(options.user).str();
  if (options.status) path += fmt::format("&status={}", jobs::to_string(jobs::parse_job_state(*options.status)));
  return send_and_print(options, "GET", path, nullptr, job_list_text);
}

int show(const Options& options) {
  return send_and_print(options, "GET", "/api/v1/auth/deletion-jobs/" + JobId::parse(options.job).str(), nullptr,
                        job_text);
}

}  // namespace

void add_job_commands(CommandTable& table) {
  auto& options = table.options();
  auto& jobs = CommandTable::add_group(table.root(), "job", "Deletion jobs");
  auto& listed = table.add_with_backend(jobs, "list", "The newest jobs", &list);
  listed.add_option("--tenant", options.tenant, "Only of this tenant");
  listed.add_option("--user", options.user, "Only of this user");
  listed.add_option("--status", options.status, "Only in this state");
  table.add_page(listed);
  auto& shown = table.add_with_backend(jobs, "show", "One job with its services", &show);
  shown.add_option("job", options.job, "The job's UUID")->required();
}

}  // namespace tenure::cli
