#include "identity/full_name.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"

namespace tenure::identity {
namespace {

constexpr std::size_t kLongestName = 200;  // characters

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
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
