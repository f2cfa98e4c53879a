#include "cli/super_tenant.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "cli/text.h"
#include "identity/password.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kTimeout{60000};
constexpr const char* kSlug = "super-tenant";
constexpr const char* kOwnersName = "Super tenant's owner";

std::optional<std::string> from_environment(const Options& options, const std::string& variable) {
  const auto prefix = prefix_of_environment(options.environment);
  if (!prefix.empty()) {
    if (auto own = environment_variable(fmt::format("{}_{}", prefix, variable))) return own;
  }
  return environment_variable(variable);
}

std::string chosen(const std::optional<std::string>& flag, const Options& options, const std::string& variable,
                   std::string by_default) {
  if (flag) return *flag;
  return from_environment(options, variable).value_or(std::move(by_default));
}

identity::Account ensure_owner(ManagedUsers& users, const SuperTenantTerms& terms, const Call& call) {
  if (auto found = users.accounts.find_by_email(terms.owner, call)) return *std::move(found);
  identity::NewAccount account{.email = terms.owner, .full_name = kOwnersName, .password_hash = std::nullopt};
  if (terms.password) account.password_hash = users.hasher.hash(*terms.password, call);
  if (auto added = users.accounts.add(account, call)) return *std::move(added);
  // Another process was faster.
  if (auto found = users.accounts.find_by_email(terms.owner, call)) return *std::move(found);
  throw Error(ErrorCode::conflict, "email: the account was deleted meanwhile", Retry::later);
}

std::optional<tenancy::Tenant> create(tenancy::Tenants& tenants, const std::string& name, const UserId& owner,
                                      const Call& call) {
  try {
    return tenants.create({.name = name, .slug = kSlug, .owner = owner, .id = super_tenant_id()}, call);
  } catch (const Error& error) {
    // Of two processes at once one makes it.
    if (error.code() == ErrorCode::conflict && tenants.find(super_tenant_id(), call)) return std::nullopt;
    throw;
  }
}

std::string super_tenant_text(const json& body) {
  return fmt::format("{} {}, owned by {}\n{}\n", text_or(body, "tenant_id", ""), printable(text_or(body, "name", "")),
                     text_or(body, "owner_id", ""), body.value("created", false) ? "created" : "was there already");
}

}  // namespace

bool can_have_super_tenant(const estate::Estate& estate) {
  const auto has_schemas = [](const estate::Service& service) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    return database != nullptr && database->isolation.has_spaces();
  };
  return estate.tenants && estate.tenants->is_managed && estate.has_managed_users &&
         std::any_of(estate.services.begin(), estate.services.end(), has_schemas);
}

SuperTenantTerms super_tenant_terms(const Options& options, const estate::Estate& estate) {
  const auto domain = estate.tenants && !estate.tenants->base_domains.empty() ? estate.tenants->base_domains.front()
                                                                              : std::string("tenure.invalid");
  const auto email = chosen(options.email.empty() ? std::nullopt : std::optional(options.email), options,
                            "SUPER_TENANT_OWNER_EMAIL", "super@" + domain);
  SuperTenantTerms terms{.name = chosen(options.name, options, "SUPER_TENANT_NAME", "Super tenant"),
                         .owner = Email::parse(email),
                         .password = std::nullopt};
  auto password = options.password ? options.password : from_environment(options, "SUPER_TENANT_OWNER_PASSWORD");
  if (!password) return terms;
  terms.password.emplace(*std::move(password));
  identity::require_acceptable_password(*terms.password);
  return terms;
}

json ensure_super_tenant(Assembly& assembly, const SuperTenantTerms& terms) {
  if (assembly.tenants() == nullptr || assembly.users() == nullptr) {
    throw Error(ErrorCode::refused, "the super tenant needs `tenants: {managed: true}` and `users: {managed: true}`");
  }
  const auto call = Call::within(kTimeout);
  assembly.install_control_schema();
  assembly.install_tenancy_schema();
  auto& tenants = assembly.tenants()->tenants;
  bool is_new = false;
  auto tenant = tenants.find(super_tenant_id(), call);
  if (!tenant) {
    const auto owner = ensure_owner(*assembly.users(), terms, call);
    is_new = create(tenants, terms.name, owner.id, call).has_value();
    tenant = tenants.get(super_tenant_id(), call);
  }
  // A service that has come since then has no schema of it yet.
  assembly.provisioning()->provision(*tenant, call);
  return {
      {"tenant_id", tenant->id.str()}, {"name", tenant->name}, {"owner_id", tenant->owner.str()}, {"created", is_new}};
}

int create_super_tenant(const Options& options) {
  Assembly assembly(assembly_settings(options));
  print(options, ensure_super_tenant(assembly, super_tenant_terms(options, assembly.estate())), super_tenant_text);
  return 0;
}

}  // namespace tenure::cli
