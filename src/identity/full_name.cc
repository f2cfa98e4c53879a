#include "identity/full_name.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "base/error.h"

namespace tenure::identity {
namespace {

constexpr std::size_t kLongestName = 200;  // characters

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes the first character off; nullopt when it is not well-formed (RFC 3629, section 4).
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

bool is_control(std::uint32_t character) { return character < 0x20 || (character >= 0x7F && character < 0xA0); }

Error wrong(std::string_view why) { return Error(ErrorCode::invalid_argument, fmt::format("full_name: {}", why)); }

}  // namespace

std::string checked_full_name(std::string_view text) {
  const auto name = trimmed(text);
  std::size_t characters = 0;
  for (auto rest = name; !rest.empty(); ++characters) {
    const auto character = take_character(rest);
    if (!character) throw wrong("not UTF-8");
    if (is_control(*character)) throw wrong("has a control character");
  }
  if (characters < 1 || characters > kLongestName) throw wrong(fmt::format("needs 1 to {} characters", kLongestName));
  return std::string(name);
}

}  // namespace tenure::identity
