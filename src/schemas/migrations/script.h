#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schemas/migrations/migration_set.h"

namespace tenure::schemas {

inline constexpr std::size_t kLargestScript = 16U << 20U;

/// Reads and checks one file. What is wrong is added to `problems`, each as "file[:line]: what"; the result is then not
/// to be used.
Script read_script(const std::filesystem::path& file, std::vector<std::string>& problems);

/// The same from text.
Script parse_script(const std::filesystem::path& file, std::string text, std::vector<std::string>& problems);

}  // namespace tenure::schemas
