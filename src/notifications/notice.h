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

/// Something that people should hear of: a migration began, a deletion failed. Names services and counts; never a
/// secret, and of personal data at most a tenant's name.
struct Notice {
  Uuid id = Uuid::random();  ///< the same one again is the same notice again
  std::string kind;          ///< "migration.failed"
  Level level = Level::info;
  std::string title;                                         ///< one line
  std::vector<std::pair<std::string, std::string>> facts{};  ///< name and value, in the order in which people read them
  std::string summary{};                                     ///< a sentence or two, where there is more to say
  std::vector<std::pair<std::string, std::string>> counts{};  ///< what was counted, as people read numbers
  std::vector<std::string> causes{};                          ///< of a failure
  std::string group{};        ///< the same for all notices of one matter: "migration orders 17"
  std::string estate{};       ///< where it happened
  std::string environment{};  ///< "uat"; empty: none
  WallTime at{};
};

/// The facts and counts as lines "name: value", and the causes.
std::string facts_text(const Notice& notice);

}  // namespace tenure::notifications
