#pragma once

#include <vector>

#include "estate/estate.h"
#include "estate/yaml_value.h"

/// The lists of a service that are about more than one table.
namespace tenure::estate {

std::vector<Reference> read_references(const Value& list);
std::vector<OutsideRule> read_outside_rules(const Value& list);
std::vector<TriggerRule> read_trigger_rules(const Value& list);

}  // namespace tenure::estate
