#include "tenancy/tenant_router.h"

#include <algorithm>

#include "base/error.h"
#include "tenancy/domains.h"
#include "tenancy/sql.h"
#include "tenancy/tenant.h"

namespace tenure::tenancy {
namespace {

Error no_tenant() { return Error(ErrorCode::not_found, "tenant: the request is for none that there is"); }

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The host without its port, in lower case and without a trailing dot; nothing when it is an address or has one label.
/// @throws Error(invalid_argument) when it cannot be a host.
std::optional<std::string> domain_of(std::string_view host) {
  const Error malformed(ErrorCode::invalid_argument, "Host: not a host name with perhaps a port");
  if (host.empty()) return std::nullopt;
  if (host.front() == '[') {
    const auto end = host.find(']');
    const auto rest = end == std::string_view::npos ? std::string_view("x") : host.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) throw malformed;
    return std::nullopt;
  }
  const auto colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) throw malformed;
  auto name = host.substr(0, colon);
  const auto is_of_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_of_a_name)) throw malformed;
  try {
    return parse_domain(name);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The tenant of the row, when it is live and the user, if there is one, a member.
TenantId admitted(const pg::Result& rows, const std::optional<UserId>& user) {
  if (rows.empty() || !rows.boolean(0, 1) || (user && !rows.boolean(0, 2))) throw no_tenant();
  return TenantId::parse(rows.text(0, 0));
}

}  // namespace

TenantId TenantRouter::route(const RoutingHints& hints, const Call& call) {
  const auto domain = domain_of(hints.host);
  std::optional<TenantId> named;
  if (hints.tenant_id) named = TenantId::parse(*hints.tenant_id, "X-Tenant-ID");
  auto session = database_.take(call);
  if (domain) {
    const auto rows = session->exec(sql::kRouteByDomain, pg::Params(*domain, hints.user));
    if (!rows.empty()) return admitted(rows, hints.user);
    if (const auto slug = slug_under_base_domain(*domain)) {
      return admitted(session->exec(sql::kRouteBySlug, pg::Params(*slug, hints.user)), hints.user);
    }
  }
  if (named) return admitted(session->exec(sql::kRouteById, pg::Params(*named, hints.user)), hints.user);
  if (!hints.user) throw no_tenant();
  return admitted(session->exec(sql::kRouteByDefault, pg::Params(*hints.user)), hints.user);
}

std::optional<std::string> TenantRouter::slug_under_base_domain(const std::string& domain) const {
  const auto dot = domain.find('.');
  const auto rest = domain.substr(dot + 1);
  auto label = domain.substr(0, dot);
  const bool is_ours = std::find(base_domains_.begin(), base_domains_.end(), rest) != base_domains_.end();
  // A host of the product itself names no tenant.
  if (!is_ours || is_reserved_slug(label)) return std::nullopt;
  return label;
}

}  // namespace tenure::tenancy
