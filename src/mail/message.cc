#include "mail/message.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/base64.h"
#include "base/utf8.h"

namespace tenure::mail {
namespace {

// An encoded word has at most 75 characters, 12 of them around its base64.
constexpr std::size_t kMostBytesOfWord = 45;
constexpr std::size_t kLongestPlain = 60;

bool is_plain(char letter) { return letter >= 0x20 && letter < 0x7F; }

/// What could be taken for an encoded word is encoded itself.
bool is_plain_text(std::string_view text) {
  return text.size() <= kLongestPlain && std::all_of(text.begin(), text.end(), is_plain) &&
         text.find("=?") == std::string_view::npos;
}

/// The next character of the text, of one line and well-formed.
std::string take_one(std::string_view& text) {
  const auto before = text;
  const auto character = take_character(text);
  if (!character) {
    text.remove_prefix(1);
    return "?";
  }
  const bool is_control = *character < 0x20 || (*character >= 0x7F && *character < 0xA0);
  return is_control ? " " : std::string(before.substr(0, before.size() - text.size()));
}

/// A word of printable ASCII in quotes, for what stands before an address.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + '"';
}

/// "Fri, 27 Nov 2026 19:58:00 +0000"; the names of days and months do not follow the locale.
std::string date_of(WallTime time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto parts = fmt::gmtime(std::chrono::system_clock::to_time_t(time));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string sender_of(const Message& message) {
  const auto& address = message.from.address();
  if (message.from_name.empty()) return address;
  const auto name = encoded_text(message.from_name);
  return fmt::format("{} <{}>", name == message.from_name ? quoted(name) : name, address);
}

}  // namespace

std::string encoded_text(std::string_view text) {
  if (is_plain_text(text)) return std::string(text);
  std::string result;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    result += fmt::format("{}=?UTF-8?B?{}?=", result.empty() ? "" : "\r\n ", to_base64(word));
    word.clear();
  };
  while (!text.empty()) {
    const auto character = take_one(text);
    if (word.size() + character.size() > kMostBytesOfWord) end_word();
    word += character;
  }
  end_word();
  return result;
}

std::vector<std::string> header_of(const Message& message) {
  return {"From: " + sender_of(message), "To: " + message.to.address(), "Subject: " + encoded_text(message.subject),
          "Date: " + date_of(message.at), fmt::format("Message-ID: <{}>", message.id),
          // Nobody's absence note comes back for it.
          "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"};
}

}  // namespace tenure::mail
