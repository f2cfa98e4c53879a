#include "tests/crash/effort.h"

#include <cstdlib>
#include <string>

namespace tenure::crash {

Effort Effort::from_environment() {
  Effort effort;
  if (const char* seed = std::getenv("TENURE_CRASH_SEED")) effort.seed = static_cast<unsigned>(std::stoul(seed));
  if (const char* all = std::getenv("TENURE_CRASH_ALL")) {
    effort.is_everything = true;
    effort.has_all_pairs = std::string(all) == "pairs";
  }
  if (const char* minutes = std::getenv("TENURE_CRASH_MINUTES"))
    effort.nemesis = std::chrono::minutes(std::stoi(minutes));
  if (const char* point = std::getenv("TENURE_CRASH_POINT")) effort.point = point;
  return effort;
}

}  // namespace tenure::crash
