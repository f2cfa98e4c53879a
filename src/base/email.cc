#include "base/email.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure {
namespace {

constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestLocalPart = 64;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_printable(char letter) { return letter > 0x20 && letter < 0x7F; }

bool is_domain_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '.';
}

bool is_domain(std::string_view domain) {
  return domain.find('.') != std::string_view::npos && domain.find("..") == std::string_view::npos &&
         domain.front() != '.' && domain.back() != '.' && domain.front() != '-' && domain.back() != '-' &&
         std::all_of(domain.begin(), domain.end(), is_domain_letter);
}

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
  const auto local = text.substr(0, at);
  return text.size() <= kLongestAddress && local.size() <= kLongestLocalPart &&
         std::all_of(local.begin(), local.end(), is_printable) &&
         local.find_first_of("@\",<>()[]:;\\") == std::string_view::npos && is_domain(text.substr(at + 1));
}

}  // namespace

Email Email::parse(std::string_view text, std::string_view field) {
  std::string address(trimmed(text));
  std::transform(address.begin(), address.end(), address.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  if (!is_address(address)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not an e-mail address", field));
  }
  return Email(std::move(address));
}

}  // namespace tenure
