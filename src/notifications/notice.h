#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace tenure::notifications {

enum class Level { info, success, warning, error };

std::string_view to_string(Level level);

/// Something that people should hear of: a migration began, failed, ended. Names services and counts; never personal
/// data, never a secret.
struct Notice {
  Uuid id = Uuid::random();  ///< the same one again is the same notice again
  std::string kind;          ///< "migration.failed"
  Level level = Level::info;
  std::string title;                                         ///< one line
  std::vector<std::pair<std::string, std::string>> facts{};  ///< name and value, in the order in which people read them
  std::string group{};        ///< the same for all notices of one matter: "migration orders 17"
  std::string estate{};       ///< where it happened
  std::string environment{};  ///< "uat"; empty: none
  WallTime at{};
};

/// The facts as lines "name: value".
std::string facts_text(const Notice& notice);

}  // namespace tenure::notifications
