#include "tests/crash/checker.h"

#include <fmt/format.h>

#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

void append(Problems& all, std::string_view where, Problems more) {
  for (auto& problem : more) all.push_back(fmt::format("{}{}", where, problem));
}

}  // namespace

Before Checker::look(const std::vector<std::string>& tenants) const {
  Before before;
  for (const auto& tenant : tenants) before.of[tenant] = holdings_of(places_, {tenant});
  before.beside = holdings_beside(places_, tenants);
  return before;
}

Problems Checker::problems_of_job(const std::string& job, const Before& before) const {
  const auto tenant =
      PlainSql(places_.control).value("SELECT tenant_id FROM tenure.deletion_jobs WHERE id = $1", {job});
  if (!before.of.contains(tenant)) return {"there is no such job of a known tenant"};
  Problems all;
  append(all, "record: ", problems_of_record(places_, job));
  append(all, "effect: ", problems_of_effect(places_, job, before.of.at(tenant)));
  append(all, "order: ", problems_of_order(places_, job));
  append(all, "archive: ", problems_of_archive(places_, job));
  return all;
}

Problems Checker::problems_of_jobs(const Before& before) const {
  PlainSql control(places_.control);
  Problems all;
  for (const auto& [tenant, holdings] : before.of) {
    auto left = before;
    for (const auto& row : control.rows(
             "SELECT id, status FROM tenure.deletion_jobs WHERE tenant_id = $1 ORDER BY created_at", {tenant})) {
      append(all, "", problems_of_job(*row[0], left));
      if (row[1] == "completed") left.of.at(tenant).clear();
    }
  }
  return all;
}

Problems Checker::problems_of_estate(const Before& before) const {
  std::vector<std::string> tenants;
  for (const auto& [tenant, holdings] : before.of) tenants.push_back(tenant);
  Problems all;
  append(all, "neighbours: ", differences(before.beside, holdings_beside(places_, tenants)));
  append(all, "services: ", problems_of_services(places_));
  append(all, "leases: ", problems_of_leases(places_));
  return all;
}

}  // namespace tenure::crash
