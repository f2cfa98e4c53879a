#include "row_security/probes.h"

#include <set>
#include <string>
#include <utility>
#include <vector>
#include "pg/transaction.h"
#include "row_security/sql.h"

#include "row_security/table_probe.h"

namespace tenure::row_security {
namespace {

constexpr const char* kStatementTimeoutMs = "30000";
constexpr const char* kLockTimeoutMs = "1000";
constexpr std::size_t kTenantsTried = 2;

}  // namespace

ProbeReport probe(const pg::ConnectionSettings& database, const plan::Ownership& ownership,
                  const catalog::Catalog& catalog, const Protections& found, const Expected& expected,
                  const Call& call) {
  ProbeReport report;
  // A session of its own: in a pooled one the setting may have been set before, and is empty then instead of unset.
  auto connection = pg::Connection::open(database, call);
  connection.bind(call);
  std::vector<TableProbe> tables;
  for (const auto& [name, owned] : ownership.owned) {
    const auto* table = catalog.find(name);
    const auto protection = found.tables.find(name);
    if (table == nullptr || protection == found.tables.end()) continue;
    tables.emplace_back(owned, *table, protection->second, report);
  }
  const auto in_transaction = [&](const auto& body) {
    pg::Transaction transaction(connection);
    transaction.exec(sql::kLimitProbes, pg::Params(kStatementTimeoutMs, kLockTimeoutMs));
    Attempts attempts(connection, expected);
    body(attempts);
  };
  // A transaction a table, so that none holds another's locks.
  std::set<std::string> tenants;
  for (auto& table : tables) {
    in_transaction([&](Attempts& attempts) {
      table.find_samples(connection);
      table.try_unset(attempts);
    });
    for (auto& tenant : table.tenants()) {
      if (tenants.size() < kTenantsTried) tenants.insert(std::move(tenant));
    }
    if (table.has_samples()) ++report.probed;
  }
  for (auto& table : tables) {
    in_transaction([&](Attempts& attempts) {
      table.find_samples(connection);  // those of before may have moved
      table.try_set(attempts, tenants);
    });
  }
  return report;
}

}  // namespace tenure::row_security
