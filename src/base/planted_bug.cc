#include "base/planted_bug.h"

#include <cstdlib>
#include <string>

namespace tenure::planted_bug {

bool is_asked_for(Name name) {
  static const std::string asked_for = [] {
    const char* variable = std::getenv("TENURE_BUG");
    return std::string(variable == nullptr ? "" : variable);
  }();
  return asked_for == name.text();
}

}  // namespace tenure::planted_bug
