#pragma once

#include <optional>
#include <string>

#include "schemas/migrations/apply.h"

namespace tenure::schemas {

/// Whether what the first migration makes is in a schema already.
struct InitialCheck {
  bool is_there = false;
  std::optional<Failure> failure;  ///< some of it is there, or it differs; or the migration cannot be executed
};

/// Looks for the tables of the first migration in a schema that was made before Tenure came (spec D3): all of them with
/// exactly their columns, or none. What the migration makes is found out by executing it in a schema of its own, which
/// is taken back. For the transaction that is open, in which lock_schema() was called.
InitialCheck find_initial_tables(pg::Connection& connection, const LockedSchema& locked, const std::string& schema,
                                 const ApplyOrder& order);

}  // namespace tenure::schemas
