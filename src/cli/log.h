#pragma once

#include <nlohmann/json.hpp>
#include <string>

/// What a process says about its work: one JSON object a line on standard error, so that standard output holds what a
/// command prints and nothing else. Thread-safe; neither throws, whatever bytes the texts are of.
namespace tenure::cli {

/// `line` has an "event"; the time is added.
void log_line(nlohmann::json line);
/// What went wrong with something that goes on by itself.
void log_error(const char* event, const std::string& what);

}  // namespace tenure::cli
