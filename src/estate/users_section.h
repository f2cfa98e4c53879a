#pragma once

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// Reads `users:` into the estate; rules about users' rows are checked against it later.
void read_users(Estate& estate, const Value& users);

}  // namespace tenure::estate
