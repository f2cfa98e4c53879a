#include <optional>

#include "base/ids.h"
#include "cli/backend.h"
#include "cli/command_table.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/request.h"
#include "cli/tenant_text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

int create(const Options& options) {
  const auto owner = UserId::parse(options.user, "owner");
  const auto body = body_of(
      {{"name", options.name}, {"owner_id", owner.str()}, {"slug", options.slug}, {"time_zone", options.time_zone}});
  return send_and_print(options, "POST", "/api/v1/tenants", body, tenant_text);
}

int list(const Options& options) {
  auto path = page_path(options, "/api/v1/tenants");
  if (options.with_deleted) path += "&deleted=true";
  return send_and_print(options, "GET", path, nullptr, tenant_list_text);
}

int show(const Options& options) { return send_and_print(options, "GET", tenant_path(options), nullptr, tenant_text); }

int update(const Options& options) {
  const auto body = body_of({{"name", options.name}, {"slug", options.slug}, {"time_zone", options.time_zone}});
  return send_and_print(options, "PATCH", tenant_path(options), body, tenant_text);
}

int suspend(const Options& options) {
  return send_and_print(options, "POST", tenant_path(options, "suspend"), nullptr, tenant_text);
}

int activate(const Options& options) {
  return send_and_print(options, "POST", tenant_path(options, "activate"), nullptr, tenant_text);
}

// A service is not asked by the API; the person behind this command is asked here.
int soft_delete(const Options& options) {
  const auto path = tenant_path(options, "soft-delete");
  const auto backend = make_backend(options);
  const auto tenant = backend->send("GET", tenant_path(options));
  require_confirmation(options, tenant_confirmation(tenant.at("name").get<std::string>(), options.tenant,
                                                    tenant_text(tenant), "hide it, and erase it later"));
  print(options, backend->send("POST", path), tenant_text);
  return 0;
}

int restore(const Options& options) {
  return send_and_print(options, "POST", tenant_path(options, "restore"), nullptr, tenant_text);
}

int transfer(const Options& options) {
  const auto heir = UserId::parse(options.user, "new_owner_id");
  return send_and_print(options, "POST", tenant_path(options, "transfer-ownership"), {{"new_owner_id", heir.str()}},
                        tenant_text);
}

int sweep(const Options& options) {
  const auto outcome = make_backend(options)->send("POST", "/api/v1/tenants/sweep");
  print(options, outcome, sweep_text);
  return outcome.value("errors", json::array()).empty() ? 0 : 1;
}

void add_changes(CommandTable& table, CLI::App& command) {
  auto& options = table.options();
  command.add_option("--slug", options.slug, "The first label of its host name");
  command.add_option("--time-zone", options.time_zone, "As PostgreSQL names it: Europe/Berlin");
}

void add_records(CommandTable& table, CLI::App& tenant) {
  auto& options = table.options();
  auto& created = table.add_with_backend(tenant, "create", "Make a tenant with its owner", &create);
  created.add_option("name", options.name, "Its name")->required();
  created.add_option("--owner", options.user, "The UUID of the user who is to own it")->required();
  add_changes(table, created);
  auto& super = table.add_on_estate(tenant, "create-super", "Make the super tenant, its owner and its schemas",
                                    &create_super_tenant);
  table.add_json(super);
  super.add_option("--name", options.name, "Its name; or SUPER_TENANT_NAME");
  super.add_option("--email", options.email, "Its owner's address; or SUPER_TENANT_OWNER_EMAIL");
  super.add_option("--password", options.password,
                   "A new owner's password, for all to see; rather SUPER_TENANT_OWNER_PASSWORD");
  auto& listed = table.add_with_backend(tenant, "list", "The newest tenants", &list);
  listed.add_flag("--deleted", options.with_deleted, "Those that are soft-deleted or being deleted too");
  table.add_page(listed);
  table.add_tenant(table.add_with_backend(tenant, "show", "One tenant", &show));
  auto& updated = table.add_with_backend(tenant, "update", "Change a tenant's name, slug or time zone", &update);
  table.add_tenant(updated);
  updated.add_option("--name", options.name, "Its new name");
  add_changes(table, updated);
}

void add_life(CommandTable& table, CLI::App& tenant) {
  table.add_tenant(table.add_with_backend(tenant, "suspend", "Let its members do nothing for now", &suspend));
  table.add_tenant(table.add_with_backend(tenant, "activate", "End a suspension", &activate));
  auto& hidden =
      table.add_with_backend(tenant, "soft-delete", "Hide a tenant; erased when its time is over", &soft_delete);
  table.add_tenant(hidden);
  table.add_confirm(hidden, "The tenant's name");
  table.add_tenant(table.add_with_backend(tenant, "restore", "Undo a soft deletion", &restore));
  table.add_with_backend(tenant, "sweep", "Order the erasure of soft-deleted tenants whose time is over", &sweep);
  auto& transferred = table.add_with_backend(tenant, "transfer", "Make one of its admins the owner", &transfer);
  table.add_tenant(transferred);
  transferred.add_option("new-owner", table.options().user, "The UUID of the admin")->required();
}

}  // namespace

void add_tenant_commands(CommandTable& table) {
  auto& tenant = CommandTable::add_group(table.root(), "tenant", "Tenants, their members, domains and settings");
  add_records(table, tenant);
  add_life(table, tenant);
  add_member_commands(table, tenant);
  add_tenant_part_commands(table, tenant);
}

}  // namespace tenure::cli
