#include "base/utf8.h"

namespace tenure {

std::optional<std::uint32_t> take_character(std::string_view& text) {
  struct Form {
    unsigned mask;
    unsigned lead;
    std::uint32_t lowest;  // a smaller one has a shorter spelling
  };
  constexpr Form kForms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  for (const auto& [mask, start, lowest] : kForms) {
    if ((lead & mask) != start) {
      ++length;
      continue;
    }
    if (text.size() < length) return std::nullopt;
    std::uint32_t character = lead & ~mask;
    for (const char letter : text.substr(1, length - 1)) {
      if ((static_cast<unsigned char>(letter) & 0xC0U) != 0x80U) return std::nullopt;
      character = character << 6U | (static_cast<unsigned char>(letter) & 0x3FU);
    }
    const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < lowest || character > 0x10FFFF || is_surrogate) return std::nullopt;
    text.remove_prefix(length);
    return character;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) { return find_invalid_utf8(text) == std::string_view::npos; }

std::size_t find_invalid_utf8(std::string_view text) {
  for (auto rest = text; !rest.empty();) {
    if (!take_character(rest)) return text.size() - rest.size();
  }
  return std::string_view::npos;
}

}  // namespace tenure
