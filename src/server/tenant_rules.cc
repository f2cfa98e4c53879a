#include "server/tenant_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/erase_tenant.h"
#include "server/body.h"
#include "server/problem.h"
#include "server/tenant_json.h"

namespace tenure::server {

std::optional<Response> refuse_beside_other_admins(const TenancyServices& services, const Request& request,
                                                   const TenantId& tenant, const Call& call) {
  if (request.principal->is_service()) return std::nullopt;
  auto others = services.members.admins(tenant, call);
  const auto caller = request.principal->user();
  std::erase_if(others, [&](const auto& admin) { return admin.user == caller; });
  if (others.empty()) return std::nullopt;

  const Error error(ErrorCode::conflict,
                    "tenant_id: others administer the tenant too; it can go when they have left or are no admins any "
                    "more, or its ownership can be transferred to one of them");
  auto body = problem_body(error, request.request_id);
  body["admins"] = members_to_json(services, others, true, call);
  auto response = problem(error, request.request_id);
  response.body = body.dump();
  return response;
}

std::string typed_name_of(const Request& request) {
  Body body(request, {"confirm"});
  auto typed = body.optional_text("confirm").value_or("");
  body.check();
  return typed;
}

void require_typed_name(const TenancyServices& services, const Request& request, const TenantId& tenant,
                        const std::string& typed, const Call& call) {
  if (request.principal->is_service()) return;
  erasure::require_confirmation(services.tenants.get(tenant, call).name, typed);
}

void require_active_account(const TenancyServices& services, const UserId& user, std::string_view field,
                            const Call& call) {
  if (services.accounts == nullptr) return;
  const auto account = services.accounts->find(user, call);
  if (!account || !account->is_active) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: there is no active user of this id", field));
  }
}

nlohmann::json members_to_json(const TenancyServices& services, const std::vector<tenancy::Member>& members,
                               bool with_names, const Call& call) {
  std::map<UserId, identity::Account> accounts;
  if (with_names && services.accounts != nullptr) {
    std::vector<UserId> users;
    for (const auto& member : members) users.push_back(member.user);
    accounts = services.accounts->find_all(users, call);
  }
  nlohmann::json list = nlohmann::json::array();
  for (const auto& member : members) {
    const auto account = accounts.find(member.user);
    list.push_back(member_to_json(member, account == accounts.end() ? nullptr : &account->second));
  }
  return list;
}

}  // namespace tenure::server
