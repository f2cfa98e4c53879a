#include "row_security/expression.h"

#include <cctype>

namespace tenure::row_security {
namespace {

constexpr std::string_view kReadsSetting = "current_setting(";

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

bool is_of_a_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '$' ||
         static_cast<unsigned char>(letter) >= 0x80;
}

/// Past the end of the constant that begins at `quote`; a doubled quote is part of it.
std::size_t end_of_constant(std::string_view text, std::size_t quote) {
  for (auto at = quote + 1; at < text.size(); ++at) {
    if (text[at] != text[quote]) continue;
    if (at + 1 < text.size() && text[at + 1] == text[quote]) {
      ++at;
    } else {
      return at + 1;
    }
  }
  return text.size();
}

}  // namespace

std::set<std::string> settings_read(std::string_view expression) {
  const auto text = lower(expression);
  std::set<std::string> names;
  for (auto at = text.find(kReadsSetting); at != std::string::npos; at = text.find(kReadsSetting, at)) {
    at += kReadsSetting.size();
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) ++at;
    if (at >= text.size() || text[at] != '\'') continue;
    const auto end = end_of_constant(text, at);
    if (end > at + 2) names.insert(text.substr(at + 1, end - at - 2));
    at = end;
  }
  return names;
}

bool names(std::string_view expression, std::string_view identifier) {
  for (std::size_t at = 0; at < expression.size();) {
    const char letter = expression[at];
    if (letter == '\'') {
      at = end_of_constant(expression, at);
    } else if (letter == '"') {
      const auto end = end_of_constant(expression, at);
      std::string name;
      for (auto in = at + 1; in + 1 < end; ++in) {
        name += expression[in];
        if (expression[in] == '"') ++in;
      }
      if (name == identifier) return true;
      at = end;
    } else if (is_of_a_word(letter)) {
      auto end = at;
      while (end < expression.size() && is_of_a_word(expression[end])) ++end;
      if (expression.substr(at, end - at) == identifier) return true;
      at = end;
    } else {
      ++at;
    }
  }
  return false;
}

}  // namespace tenure::row_security
