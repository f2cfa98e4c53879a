#pragma once

#include "estate/yaml_value.h"

namespace tenure::estate {

/// `notifications:` of the file.
Notifications read_notifications(const Value& value);

}  // namespace tenure::estate
