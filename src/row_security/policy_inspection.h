#pragma once

#include "plan/erasure_plan.h"
#include "row_security/inspection.h"

namespace tenure::row_security {

/// What is missing in the policies of one table, by their text. A policy binds its rows to the tenant when it reads the
/// setting and names the table's tenant column; where a row belongs through a parent, when it reads the setting or the
/// parent, whose own policies then decide. Permissive policies are alternatives, so each has to; a restrictive one that
/// does is enough for all.
void inspect_policies(const plan::OwnedTable& owned, const Protection& table, const Expected& expected, Gaps& gaps);

}  // namespace tenure::row_security
