#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/options.h"

namespace tenure::cli {

/// Makes text for a terminal of a body of the HTTP API.
using ToText = std::string (*)(const nlohmann::json& body);

/// On standard output: the body as JSON where --json asks for it, else its text.
void print(const Options& options, const nlohmann::json& body, ToText to_text);

std::string preview_text(const nlohmann::json& preview);
/// What the deletion of a user would do: to the tenants that are theirs, to memberships, in each service.
std::string user_preview_text(const nlohmann::json& preview);

}  // namespace tenure::cli
