#include "row_security/inspection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "row_security/policy_inspection.h"

namespace tenure::row_security {
namespace {

using plan::OwnedTable;

bool has_index(const OwnedTable& owned, const catalog::Table& table) {
  if (owned.is_direct()) return table.has_index_on({owned.subject_column});
  return std::all_of(owned.links.begin(), owned.links.end(),
                     [&](const plan::Link& link) { return table.has_index_on(link.columns); });
}

std::string owning_columns(const OwnedTable& owned) {
  if (owned.is_direct()) return owned.subject_column;
  std::vector<std::string> keys;
  for (const auto& link : owned.links) keys.push_back(link.key);
  return fmt::format("{}", fmt::join(keys, "; "));
}

void inspect_switches(const OwnedTable& owned, const Protection& table, const Expected& expected, Gaps& gaps) {
  const auto& label = owned.label;
  if (!table.is_enabled) {
    gaps.push_back({GapCode::not_enabled, label, "row-level security is off, so no policy counts",
                    fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", label)});
  }
  if (!table.is_forced) {
    gaps.push_back({GapCode::not_forced, label,
                    fmt::format("its owner, {}, sees every tenant's rows: FORCE is missing", table.owner),
                    fmt::format("ALTER TABLE {} FORCE ROW LEVEL SECURITY", label)});
  }
  if (table.role_owns) {
    gaps.push_back(
        {GapCode::role_owns, label,
         fmt::format("{} owns it, or is a member of its owner, and can switch row-level security off", expected.role),
         fmt::format("ALTER TABLE {} OWNER TO a role that the application does not use", label)});
  }
  if (table.may_truncate) {
    gaps.push_back({GapCode::may_truncate, label,
                    fmt::format("{} may TRUNCATE it, for which policies do not count", expected.role),
                    fmt::format("REVOKE TRUNCATE ON {} FROM {}", label, expected.role)});
  }
  for (const auto& partition : table.open_partitions) {
    gaps.push_back(
        {GapCode::open_partition, label,
         fmt::format("{} has privileges on its partition {}, which has no policies of its own", expected.role,
                     partition),
         fmt::format("REVOKE ALL ON {} FROM {}, or enable row-level security there", partition, expected.role)});
  }
}

void inspect_views(const plan::Ownership& ownership, const Protections& found, const Expected& expected, Gaps& gaps) {
  for (const auto& view : found.views) {
    const auto owned = std::find_if(view.reads.begin(), view.reads.end(),
                                    [&](const auto& table) { return ownership.owned.contains(table); });
    if (owned == view.reads.end()) continue;
    const auto& label = ownership.owned.at(*owned).label;
    const auto name = view.name.str();
    if (view.is_materialized) {
      gaps.push_back(
          {GapCode::materialized_view, name,
           fmt::format("a copy of rows of {} that {} may read; it cannot have policies", label, expected.role),
           fmt::format("REVOKE SELECT ON {} FROM {}", name, expected.role)});
    } else {
      gaps.push_back({GapCode::open_view, name,
                      fmt::format("reads {} with its owner's rights and not with {}'s", label, expected.role),
                      fmt::format("ALTER VIEW {} SET (security_invoker = true)", name)});
    }
  }
}

}  // namespace

Gaps inspect_role(const Protections& found, const Expected& expected) {
  const auto& role = expected.role;
  if (!found.role) {
    return {{GapCode::no_role, "", fmt::format("there is no role {}", role),
             "name the role that the application connects as in isolation.row_security.role"}};
  }
  Gaps gaps;
  if (found.role->is_superuser) {
    gaps.push_back({GapCode::role_is_superuser, "", fmt::format("{} is a superuser, for whom no policy counts", role),
                    fmt::format("ALTER ROLE {} NOSUPERUSER", role)});
  }
  if (found.role->bypasses) {
    gaps.push_back({GapCode::role_bypasses, "", fmt::format("{} has BYPASSRLS: no policy counts for it", role),
                    fmt::format("ALTER ROLE {} NOBYPASSRLS", role)});
  }
  if (!found.role->can_become.empty()) {
    const auto others = fmt::format("{}", fmt::join(found.role->can_become, ", "));
    gaps.push_back(
        {GapCode::role_can_become, "",
         fmt::format("{} is a member of {}, for which no policy counts, and may SET ROLE to it", role, others),
         fmt::format("REVOKE {} FROM {}", others, role)});
  }
  if (!found.role->is_available) {
    gaps.push_back({GapCode::role_not_available, "",
                    fmt::format("Tenure's own role may not take {} on, so nothing could be tried", role),
                    fmt::format("GRANT {} TO the role of the service's `database:`", role)});
  }
  for (const auto& source : found.setting_values) {
    gaps.push_back({GapCode::setting_has_value, "",
                    fmt::format("{} gives every session a value of {}, so that one which chose no tenant has one",
                                source, expected.setting),
                    fmt::format("{} … RESET {}", source, expected.setting)});
  }
  return gaps;
}

Gaps inspect_tables(const plan::Ownership& ownership, const catalog::Catalog& catalog, const Protections& found,
                    const Expected& expected) {
  Gaps gaps;
  for (const auto& [name, owned] : ownership.owned) {
    const auto table = found.tables.find(name);
    if (table == found.tables.end()) continue;  // dropped meanwhile
    inspect_switches(owned, table->second, expected, gaps);
    inspect_policies(owned, table->second, expected, gaps);
    if (const auto* known = catalog.find(name); known != nullptr && !has_index(owned, *known)) {
      const auto columns = owning_columns(owned);
      gaps.push_back({GapCode::no_index, owned.label,
                      fmt::format("no index begins with {}: each tenant's queries read every tenant's rows", columns),
                      fmt::format("CREATE INDEX CONCURRENTLY ON {} ({})", owned.label, columns)});
    }
  }
  inspect_views(ownership, found, expected, gaps);
  return gaps;
}

}  // namespace tenure::row_security
