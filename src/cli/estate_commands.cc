#include "cli/command_table.h"
#include "cli/commands.h"

namespace tenure::cli {

void add_estate_commands(CommandTable& table) {
  auto& options = table.options();
  auto& root = table.root();
  auto& served = table.add_on_estate(root, "serve", "Serve the HTTP API and run deletion jobs", &serve);
  served.add_option("--service", options.services, "Hold only this service's data, and run no jobs; repeatable");
  served.add_option("--except", options.except, "Another process holds this service, reached by message; repeatable")
      ->excludes("--service");
  served.add_option("--listen", options.listen, "HOST:PORT; port 0 takes a free one")->capture_default_str();

  table.add_tenant(table.add_with_backend(root, "preview",
                                          "Count what an erasure would delete and keep; changes nothing", &preview));

  auto& erased = table.add_with_backend(root, "erase", "Erase a tenant from every service", &erase);
  table.add_tenant(erased);
  table.add_confirm(erased, "The tenant's name");
  table.add_terms(erased);

  auto& planned = table.add_on_estate(root, "plan",
                                      "Show the steps of an erasure from one service, before anything happens", &plan);
  planned.add_option("service", options.service, "The service")->required();
  planned.add_option("subject", options.tenant, "The tenant's UUID, for exact rows (with --user the user's)");
  planned.add_flag("--user", options.plan_for_user, "Plan the erasure of a user instead of a tenant");
  planned.add_flag("--sql", options.sql, "Show the statements too");
  planned.add_flag("--json", options.json, "Print JSON, statements included");
}

}  // namespace tenure::cli
