#include "row_security/gap.h"

namespace tenure::row_security {

std::string_view to_string(GapCode code) {
  switch (code) {
    case GapCode::no_role:
      return "no_role";
    case GapCode::role_is_superuser:
      return "role_is_superuser";
    case GapCode::role_bypasses:
      return "role_bypasses";
    case GapCode::role_can_become:
      return "role_can_become";
    case GapCode::role_not_available:
      return "role_not_available";
    case GapCode::setting_differs:
      return "setting_differs";
    case GapCode::setting_has_value:
      return "setting_has_value";
    case GapCode::unclear_owner:
      return "unclear_owner";
    case GapCode::not_enabled:
      return "not_enabled";
    case GapCode::not_forced:
      return "not_forced";
    case GapCode::role_owns:
      return "role_owns";
    case GapCode::no_policy:
      return "no_policy";
    case GapCode::no_using:
      return "no_using";
    case GapCode::no_with_check:
      return "no_with_check";
    case GapCode::command_missing:
      return "command_missing";
    case GapCode::other_setting:
      return "other_setting";
    case GapCode::not_by_tenant:
      return "not_by_tenant";
    case GapCode::no_index:
      return "no_index";
    case GapCode::may_truncate:
      return "may_truncate";
    case GapCode::open_partition:
      return "open_partition";
    case GapCode::open_view:
      return "open_view";
    case GapCode::materialized_view:
      return "materialized_view";
    case GapCode::shows_without_tenant:
      return "shows_without_tenant";
    case GapCode::shows_others:
      return "shows_others";
    case GapCode::hides_own:
      return "hides_own";
    case GapCode::changes_without_tenant:
      return "changes_without_tenant";
    case GapCode::changes_others:
      return "changes_others";
    case GapCode::adds_without_tenant:
      return "adds_without_tenant";
    case GapCode::adds_for_others:
      return "adds_for_others";
    case GapCode::gives_away:
      return "gives_away";
    case GapCode::not_all_seen:
      return "not_all_seen";
  }
  return "unknown";
}

}  // namespace tenure::row_security
