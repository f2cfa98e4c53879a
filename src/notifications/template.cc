#include "notifications/template.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::notifications {
namespace {

constexpr std::string_view kBegin = "{{";
constexpr std::string_view kEnd = "}}";

Error faulty(std::string_view what, std::string_view name) {
  return {ErrorCode::internal, fmt::format("a template has {} {}", what, name)};
}

class Filling {
 public:
  Filling(const Values& values, Escape escape) : values_(values), escape_(escape) {}

  std::string fill(std::string_view text, const Values::Texts& element) const {
    std::string filled;
    for (auto mark = text.find(kBegin); mark != std::string_view::npos; mark = text.find(kBegin)) {
      filled += text.substr(0, mark);
      const auto end = text.find(kEnd, mark);
      if (end == std::string_view::npos) throw faulty("no end of", text.substr(mark));
      const auto name = text.substr(mark + kBegin.size(), end - mark - kBegin.size());
      text.remove_prefix(end + kEnd.size());
      if (name.starts_with('#')) {
        filled += fill_list(name.substr(1), text, element);
      } else {
        filled += escape_(text_of(name, element));
      }
    }
    return filled += text;
  }

 private:
  std::string fill_list(std::string_view name, std::string_view& text, const Values::Texts& around) const {
    take_line_end(text);
    const auto close = fmt::format("{{{{/{}}}}}", name);
    const auto end = text.find(close);
    if (end == std::string_view::npos) throw faulty("no end of", name);
    const auto inside = text.substr(0, end);
    text.remove_prefix(end + close.size());
    take_line_end(text);
    const auto list = values_.lists.find(name);
    if (list == values_.lists.end()) throw faulty("an unknown", name);
    std::string filled;
    for (const auto& element : list->second) {
      auto texts = element;
      texts.insert(around.begin(), around.end());
      filled += fill(inside, texts);
    }
    return filled;
  }

  const std::string& text_of(std::string_view name, const Values::Texts& element) const {
    if (const auto found = element.find(name); found != element.end()) return found->second;
    if (const auto found = values_.texts.find(name); found != values_.texts.end()) return found->second;
    throw faulty("an unknown", name);
  }

  static void take_line_end(std::string_view& text) {
    if (text.starts_with('\n')) text.remove_prefix(1);
  }

  const Values& values_;
  const Escape escape_;
};

}  // namespace

std::string fill(std::string_view text, const Values& values, Escape escape) {
  return Filling(values, escape).fill(text, {});
}

std::string html_text(std::string_view value) {
  std::string result;
  for (const char letter : plain_text(value)) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string plain_text(std::string_view value) {
  std::string result(value);
  const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F; };
  std::replace_if(result.begin(), result.end(), is_control, ' ');
  return result;
}

}  // namespace tenure::notifications
