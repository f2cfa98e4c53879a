#include "base/ids.h"
#include "cli/command_table.h"
#include "cli/job_text.h"
#include "cli/request.h"

namespace tenure::cli {
namespace {

int add(const Options& options) {
  auto body = body_of({{"reason", options.reason}});
  body["tenant_id"] = TenantId::parse(options.tenant).str();
  return send_and_print(options, "POST", "/api/v1/legal-holds", body, hold_text);
}

int list(const Options& options) {
  auto path = page_path(options, "/api/v1/legal-holds");
  if (!options.tenant.empty()) path += "&tenant_id=" + TenantId::parse(options.tenant).str();
  if (options.with_released) path += "&released=true";
  return send_and_print(options, "GET", path, nullptr, hold_list_text);
}

int release(const Options& options) {
  const auto path = "/api/v1/legal-holds/" + TenantId::parse(options.tenant).str() + "/release";
  return send_and_print(options, "POST", path, nullptr, hold_text);
}

}  // namespace

void add_hold_commands(CommandTable& table) {
  auto& options = table.options();
  auto& hold = CommandTable::add_group(table.root(), "hold", "Legal holds: while one stands, nothing of a tenant goes");
  auto& added = table.add_with_backend(hold, "add", "Place one on a tenant", &add);
  table.add_tenant(added);
  added.add_option("--reason", options.reason, "Why; shown to operators only")->required();
  auto& listed = table.add_with_backend(hold, "list", "Those that stand, newest first", &list);
  listed.add_option("--tenant", options.tenant, "Only of this tenant");
  listed.add_flag("--all", options.with_released, "Those that were released too");
  table.add_page(listed);
  table.add_tenant(table.add_with_backend(hold, "release", "Let the tenant's deletion go on", &release));
}

}  // namespace tenure::cli
