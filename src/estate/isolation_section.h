#pragma once

#include <string>
#include <vector>

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// An `isolation:` value of a service with a database, whose shared tables are in `schemas`.
Isolation read_isolation(const Value& value, const std::vector<std::string>& schemas);

}  // namespace tenure::estate
