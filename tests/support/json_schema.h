#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tenure::test {

/// Everything that is wrong with `value` under `schema`, each as "/path: why". Knows the part of JSON Schema 2020-12
/// that the API's description uses, with "#/…" references into `document`, and is stricter in one thing: a property
/// that no schema names is a problem unless additionalProperties says what it may be.
/// @throws std::invalid_argument for a keyword it does not know.
std::vector<std::string> problems_under(const nlohmann::json& schema, const nlohmann::json& value,
                                        const nlohmann::json& document);

/// The schema itself where it is a reference to one.
const nlohmann::json& resolved(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace tenure::test
