#pragma once

#include <string>
#include <string_view>

namespace tenure::reports {

/// What a PDF can show of anybody's text, on one line: characters that the font has and that stay where they are put.
/// All others, control characters and those that turn the direction of writing among them, are shown as "\u{65e5}",
/// bytes that are no UTF-8 as "\x{ff}".
std::string shown(std::string_view text);

}  // namespace tenure::reports
