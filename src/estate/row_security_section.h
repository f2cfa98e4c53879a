#pragma once

#include "estate/yaml_value.h"

namespace tenure::estate {

/// `row_security:` of a service's isolation.
RowSecurity read_row_security(const Value& value);

}  // namespace tenure::estate
