#pragma once

#include "plan/ownership.h"

namespace tenure::plan {

/// What in a plan could not be taken back exactly, with what would settle each: rows that change and stay and have no
/// primary key to find them by; the users' own triggers that would fire when rows come back.
///
/// Rows come back with session_replication_role = replica where the role may set it, which leaves ordinary triggers
/// out; elsewhere a trigger ON INSERT (or ON UPDATE, for rows that are changed back) would see them as new. A rule
/// `{trigger: …, action: fire}` says that it may: the rows are compared afterwards and have to be what they were.
Refusals irreversible_parts(const ErasurePlan& plan, const Scope& scope);

}  // namespace tenure::plan
