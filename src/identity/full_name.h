#pragma once

#include <string>
#include <string_view>

namespace tenure::identity {

/// The name as it is stored: without blanks around it. @throws Error(invalid_argument) "full_name: …" unless that is 1
/// to 200 characters of UTF-8 without control characters.
std::string checked_full_name(std::string_view text);

}  // namespace tenure::identity
