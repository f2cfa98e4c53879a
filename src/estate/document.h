#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string_view>

#include "estate/problems.h"

namespace tenure::estate {

/// The one YAML document of a text in UTF-8; nullopt after a problem, which has its line.
std::optional<YAML::Node> load_document(std::string_view text, Problems& problems);

}  // namespace tenure::estate
