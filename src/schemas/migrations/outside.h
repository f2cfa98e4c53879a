#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schemas/migrations/apply.h"

/// Migrations that run outside a transaction: CREATE INDEX CONCURRENTLY and others that refuse one.
namespace tenure::schemas {

/// Applies migration `number`, which comes next, statement by statement. How many statements are done is kept in the
/// registry after each. A run that was killed in one leaves it unknown whether that one is done: an index that it left
/// invalid is dropped, the statement is sent again, and when the server then says that what it makes exists already, it
/// is done. @throws as apply_migrations.
std::optional<Failure> apply_outside(pg::Connection& connection, const pg::ConnectionSettings& settings,
                                     const std::string& schema, const ApplyOrder& order, int number);

/// The same script as a transaction takes it: CONCURRENTLY is left out, other statements that refuse one are, with a
/// note of each.
Script trial_form(const Script& script, std::vector<std::string>& notes);

}  // namespace tenure::schemas
