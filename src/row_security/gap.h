#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenure::row_security {

/// What can be missing where a database keeps tenants apart by policies on their tables.
enum class GapCode {
  // of the application's role
  no_role,             ///< there is none of this name
  role_is_superuser,   ///< no policy counts for it
  role_bypasses,       ///< BYPASSRLS
  role_can_become,     ///< it may SET ROLE to one that no policy counts for
  role_not_available,  ///< Tenure's own role may not take it on, so nothing can be tried
  setting_differs,     ///< another service of the estate uses another setting
  setting_has_value,   ///< a session begins with a tenant that nobody chose
  // of a table, as the catalog shows it
  unclear_owner,      ///< nobody can tell whose its rows are
  not_enabled,        ///< row-level security is off
  not_forced,         ///< the owner's sessions see everything
  role_owns,          ///< the application's role can switch it off
  no_policy,          ///< none that counts for the role
  no_using,           ///< a policy that does not say which rows there are
  no_with_check,      ///< a policy that does not say which rows may be written
  command_missing,    ///< the role has the privilege, and no policy is for the command
  other_setting,      ///< a policy reads another setting than the estate says
  not_by_tenant,      ///< a policy lets rows through whoever's they are
  no_index,           ///< none that begins with the tenant
  may_truncate,       ///< policies do not count for TRUNCATE
  open_partition,     ///< a partition that can be read past the policies of its table
  open_view,          ///< a view that reads with its owner's rights
  materialized_view,  ///< has no policies
  // of a table, as it behaves
  shows_without_tenant,  ///< rows are there in a session that chose no tenant
  shows_others,          ///< rows of one tenant are there for another
  hides_own,             ///< a tenant's own rows are not there for it
  changes_without_tenant,
  changes_others,
  adds_without_tenant,
  adds_for_others,
  gives_away,    ///< a row can be made another tenant's
  not_all_seen,  ///< Tenure's own role does not see every row, and could not erase them either
};

std::string_view to_string(GapCode code);

/// One thing that is missing, and what to do about it. Names tables, policies and roles; never a value of a row.
struct Gap {
  GapCode code;
  std::string table;  ///< as people call it; empty: of the whole service
  std::string what;
  std::string remedy;
  bool operator==(const Gap&) const = default;
};

using Gaps = std::vector<Gap>;

}  // namespace tenure::row_security
