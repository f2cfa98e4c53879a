#pragma once

#include <string>

#include "pg/connection.h"

namespace tenure::schemas {

/// Moves each sequence that fills a column of a table of `schema` behind the largest value in that column of the table
/// of the same name in the schema `values`; never back. Tables that are not in both are left alone. Sequences do not
/// take part in transactions: what is rolled back leaves gaps. @throws Error(refused) where the role may not.
void advance_sequences(pg::Connection& connection, const std::string& schema, const std::string& values);

}  // namespace tenure::schemas
