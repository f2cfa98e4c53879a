#pragma once

#include <string>
#include <vector>

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// The rules under `tables:`. `default_schema` is where a table without a schema is looked for first, so that
/// "orders" and "public.orders" are seen to be one.
std::vector<TableRule> read_table_rules(const Value& tables, const std::string& default_schema);

}  // namespace tenure::estate
