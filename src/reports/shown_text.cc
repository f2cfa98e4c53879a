#include "reports/shown_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace tenure::reports {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

/// Latin, Greek and Cyrillic letters, dashes, quotes, currencies and arrows: written from left to right, one character
/// one letter, and all in DejaVu Sans.
constexpr Range kShown[] = {{0x20, 0x7E},     {0xA1, 0xAC},     {0xAE, 0x24F},    {0x370, 0x377},
                            {0x37A, 0x37E},   {0x384, 0x38A},   {0x38C, 0x38C},   {0x38E, 0x3A1},
                            {0x3A3, 0x3FF},   {0x400, 0x482},   {0x48A, 0x525},   {0x1E00, 0x1EFF},
                            {0x2010, 0x2027}, {0x2030, 0x205E}, {0x20A0, 0x20B5}, {0x2190, 0x21FF}};

bool is_shown(std::uint32_t code) {
  return std::ranges::any_of(kShown, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

}  // namespace

std::string shown(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const auto before = text;
    const auto code = take_character(text);
    if (!code) {
      line += fmt::format("\\x{{{:02x}}}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
    } else if (is_shown(*code)) {
      line += before.substr(0, before.size() - text.size());
    } else {
      line += fmt::format("\\u{{{:x}}}", *code);
    }
  }
  return line;
}

}  // namespace tenure::reports
