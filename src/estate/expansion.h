#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "estate/estate.h"

namespace tenure::estate {

/// A text of the file with its variables put in.
struct Expansion {
  std::string text;
  std::vector<std::string> unset;  ///< names that have no value, in order
  bool is_malformed = false;       ///< a ${ that is not ${NAME}
};

/// Replaces every ${NAME} by the variable's value, once: a value is not searched again. $${ stands for ${ itself.
Expansion expand(std::string_view text, const Variables& variables);

}  // namespace tenure::estate
