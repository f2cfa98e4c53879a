#include "tenancy/domains.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

constexpr std::size_t kLongestDomain = 253;
constexpr std::size_t kLongestLabel = 63;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

bool is_label(std::string_view label) {
  const auto is_inner = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || is_digit(letter) || letter == '-';
  };
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_inner);
}

/// Two labels or more, the last one not a number: that would be an address.
bool is_domain(std::string_view text) {
  if (text.size() > kLongestDomain || text.find('.') == std::string_view::npos) return false;
  for (;;) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), is_digit);
    text.remove_prefix(dot + 1);
  }
}

Domain read_domain(const pg::Result& rows, int row) {
  return {.domain = rows.text(row, 0), .is_primary = rows.boolean(row, 1), .created_at = time_at(rows, row, 2)};
}

Error no_such_domain() { return Error(ErrorCode::not_found, "domain: not one of this tenant"); }

}  // namespace

std::string parse_domain(std::string_view text, std::string_view field) {
  std::string domain(trimmed(text));
  std::transform(domain.begin(), domain.end(), domain.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  if (domain.ends_with('.')) domain.pop_back();
  if (!is_domain(domain)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a host name such as shop.example.com", field));
  }
  return domain;
}

bool is_within(std::string_view domain, std::string_view base_domain) {
  if (!domain.ends_with(base_domain)) return false;
  const auto above = domain.substr(0, domain.size() - base_domain.size());
  return above.empty() || above.ends_with('.');
}

std::vector<Domain> Domains::list(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListDomains, pg::Params(tenant));
  std::vector<Domain> domains;
  for (int row = 0; row < rows.rows(); ++row) domains.push_back(read_domain(rows, row));
  if (domains.empty() && session->exec(sql::kFindTenant, pg::Params(tenant)).empty()) throw no_such_tenant();
  return domains;
}

Domain Domains::add(const TenantId& tenant, const std::string& domain, const Call& call) {
  const auto name = parse_domain(domain);
  if (std::any_of(base_domains_.begin(), base_domains_.end(),
                  [&](const auto& base) { return is_within(name, base); })) {
    throw Error(ErrorCode::invalid_argument,
                "domain: one of the product's own; a tenant is found there by its slug, without an entry");
  }
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  const auto rows = transaction.exec(sql::kAddDomain, pg::Params(tenant, name));
  if (rows.empty()) throw Error(ErrorCode::conflict, "domain: it is taken");
  note(transaction, audit::Action::domain_added, tenant, call);
  transaction.commit();
  return read_domain(rows, 0);
}

Domain Domains::make_primary(const TenantId& tenant, const std::string& domain, const Call& call) {
  const auto name = parse_domain(domain);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  transaction.exec(sql::kClearPrimary, pg::Params(tenant));
  const auto rows = transaction.exec(sql::kSetPrimary, pg::Params(tenant, name));
  if (rows.empty()) throw no_such_domain();
  note(transaction, audit::Action::domain_changed, tenant, call);
  transaction.commit();
  return read_domain(rows, 0);
}

void Domains::remove(const TenantId& tenant, const std::string& domain, const Call& call) {
  const auto name = parse_domain(domain);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  const auto removed = transaction.exec(sql::kRemoveDomain, pg::Params(tenant, name));
  if (removed.empty()) throw no_such_domain();
  if (removed.boolean(0, 0)) transaction.exec(sql::kPromoteDomain, pg::Params(tenant));
  note(transaction, audit::Action::domain_removed, tenant, call);
  transaction.commit();
}

}  // namespace tenure::tenancy
