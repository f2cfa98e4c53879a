#pragma once

#include <string>
#include <vector>

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// An `isolation:` value of the service `service`, which has a database whose shared tables are in `schemas`.
Isolation read_isolation(const Value& value, const std::string& service, const std::vector<std::string>& schemas);

}  // namespace tenure::estate
