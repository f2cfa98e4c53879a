#include "base/email.h"
#include "base/error.h"
#include "cli/backend.h"
#include "cli/command_table.h"
#include "cli/commands.h"
#include "cli/confirmation.h"
#include "cli/new_password.h"
#include "cli/request.h"
#include "cli/user_text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

int create(const Options& options) {
  const auto email = Email::parse(options.email).address();
  auto body = body_of({{"email", email}, {"full_name", options.name}});
  body["is_platform_admin"] = options.is_platform_admin;
  if (!options.without_password) body.update(body_of({{"password", new_password().reveal()}}));
  return send_and_print(options, "POST", "/api/v1/auth/users", body, user_text);
}

int list(const Options& options) {
  return send_and_print(options, "GET", page_path(options, "/api/v1/auth/users"), nullptr, user_list_text);
}

int show(const Options& options) { return send_and_print(options, "GET", user_path(options), nullptr, user_text); }

template <bool is_active>
int set_active(const Options& options) {
  return send_and_print(options, "PATCH", user_path(options), {{"is_active", is_active}}, user_text);
}

template <bool is_admin>
int set_admin(const Options& options) {
  return send_and_print(options, "PATCH", user_path(options), {{"is_platform_admin", is_admin}}, user_text);
}

std::string memberships_path(const Options& options) {
  return "/api/v1/tenants/user/" + UserId::parse(options.user).str() + "/memberships";
}

int memberships(const Options& options) {
  return send_and_print(options, "GET", memberships_path(options), nullptr, membership_list_text);
}

// Nothing else of the user goes; where one of the memberships stays, the command has failed.
int remove_memberships(const Options& options) {
  const auto backend = make_backend(options);
  const auto before = backend->send("GET", memberships_path(options));
  require_confirmation(options, {.stake = membership_list_text(before),
                                 .purpose = "end these memberships",
                                 .what = "the user's id",
                                 .accepted = {UserId::parse(options.user).str()}});
  const auto outcome = backend->send("DELETE", memberships_path(options));
  print(options, outcome, removed_memberships_text);
  const auto results = outcome.at("memberships");
  return outcome.at("removed").get<std::size_t>() == results.size() ? 0 : 1;
}

}  // namespace

void add_user_commands(CommandTable& table) {
  auto& options = table.options();
  auto& user = CommandTable::add_group(table.root(), "user", "Accounts, and erasing a user everywhere");
  auto& created = table.add_with_backend(
      user, "create", "Make an account; its password is that of TENURE_USER_PASSWORD, or asked for", &create);
  created.add_option("email", options.email, "The e-mail address to log in with")->required();
  created.add_option("--name", options.name, "The person's full name")->required();
  created.add_flag("--admin", options.is_platform_admin, "An admin of the platform");
  created.add_flag("--no-password", options.without_password, "One that cannot log in");
  table.add_page(table.add_with_backend(user, "list", "The newest accounts", &list));
  table.add_user(table.add_with_backend(user, "show", "One account", &show));
  table.add_user(table.add_with_backend(user, "suspend", "End its sessions and let it do nothing", &set_active<false>));
  table.add_user(table.add_with_backend(user, "activate", "End a suspension", &set_active<true>));
  table.add_user(table.add_with_backend(user, "promote", "Make it an admin of the platform", &set_admin<true>));
  table.add_user(table.add_with_backend(user, "demote", "Make it no admin of the platform", &set_admin<false>));
  table.add_user(table.add_with_backend(user, "memberships", "The tenants it has a role in", &memberships));
  auto& removed = table.add_with_backend(user, "remove-memberships",
                                         "End its memberships of all tenants but those it owns", &remove_memberships);
  table.add_user(removed);
  table.add_confirm(removed, "The user's id");
  table.add_user(
      table.add_with_backend(user, "preview", "Count what an erasure would do; changes nothing", &preview_user));
  auto& erased = table.add_with_backend(user, "erase", "Erase a user from every tenant and service", &erase_user);
  table.add_user(erased);
  table.add_confirm(erased, "The user's e-mail address or id");
  table.add_terms(erased);
}

}  // namespace tenure::cli
