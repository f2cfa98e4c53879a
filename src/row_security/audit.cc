#include "row_security/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "catalog/reader.h"
#include "pg/transaction.h"

namespace tenure::row_security {
namespace {

struct Read {
  catalog::Catalog catalog;
  Protections found;
};

Read read(const AuditSettings& settings, const Call& call) {
  auto connection = pg::Connection::open(settings.database, call);
  connection.bind(call);
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  Read read{.catalog = catalog::read_catalog(connection), .found = {}};
  read.found = read_protections(connection, settings.expected.role, settings.expected.setting);
  return read;
}

plan::Ownership own(const AuditSettings& settings, const catalog::Catalog& catalog, Gaps& gaps) {
  plan::Refusals refusals;
  const plan::Resolver resolver(catalog, settings.rules, refusals);
  auto ownership = plan::owned_by_tenant({.catalog = catalog,
                                          .rules = settings.rules,
                                          .tenant_column = settings.tenant_column,
                                          .resolver = resolver,
                                          .refusals = refusals});
  for (const auto& refusal : refusals) {
    gaps.push_back({GapCode::unclear_owner, refusal.table, refusal.message,
                    "a rule for the table in the estate file, as the message says"});
  }
  return ownership;
}

void append(Gaps& gaps, Gaps more) {
  gaps.insert(gaps.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

ServiceAudit audit(const AuditSettings& settings, const Call& call) {
  ServiceAudit result{.service = settings.service, .expected = settings.expected, .gaps = {}, .untried = {}};
  const auto [catalog, found] = read(settings, call);
  append(result.gaps, inspect_role(found, settings.expected));
  const auto ownership = own(settings, catalog, result.gaps);
  result.tables = static_cast<int>(ownership.owned.size());
  if (!found.role) return result;
  append(result.gaps, inspect_tables(ownership, catalog, found, settings.expected));
  if (found.role->is_available) {
    auto report = probe(settings.database, ownership, catalog, found, settings.expected, call);
    result.probed = report.probed;
    result.untried = std::move(report.untried);
    append(result.gaps, std::move(report.gaps));
  }
  std::stable_sort(result.gaps.begin(), result.gaps.end(),
                   [](const Gap& one, const Gap& other) { return one.table < other.table; });
  return result;
}

void require_one_setting(std::vector<ServiceAudit>& audits) {
  for (auto& audit : audits) {
    const auto& first = audits.front();
    if (audit.expected.setting == first.expected.setting) continue;
    audit.gaps.insert(audit.gaps.begin(), {GapCode::setting_differs, "",
                                           fmt::format("its tenant is in {}, that of service {} in {}",
                                                       audit.expected.setting, first.service, first.expected.setting),
                                           "one setting in all services: whoever sets the one forgets the other"});
  }
}

}  // namespace tenure::row_security
