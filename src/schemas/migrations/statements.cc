#include "schemas/migrations/statements.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::schemas {
namespace {

constexpr std::size_t kKeptWords = 6;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_part(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '$'; }
bool is_tag_part(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string in_lower_case(std::string_view word) {
  std::string lower(word);
  for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script) {}

  std::vector<Statement> split() {
    while (at_ < script_.size()) step();
    end_statement();
    return std::move(statements_);
  }

 private:
  void step() {
    const char c = script_[at_];
    if (is_space(c)) return advance(1);
    if (looking_at("--")) return skip_line_comment();
    if (looking_at("/*")) return skip_block_comment();
    if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
      end_statement();
      return advance(1);
    }
    begin_statement();
    if (is_letter(c)) return take_word();
    still_words_ = false;
    if (c == '\\') throw problem(line_, "a command of psql; migrations are plain SQL");
    if (c == '\'') return skip_quoted('\'', false, "a text");
    if (c == '"') return skip_quoted('"', false, "a quoted name");
    if (c == '$') return take_dollar();
    if (c >= '0' && c <= '9') return skip_number();
    if (c == '(') ++parentheses_;
    if (c == ')' && parentheses_ > 0) --parentheses_;
    advance(1);
  }

  void begin_statement() {
    if (is_inside_) return;
    is_inside_ = true;
    still_words_ = true;
    start_ = at_;
    current_ = Statement{.line = line_};
  }

  void end_statement() {
    if (!is_inside_) return;
    auto text = script_.substr(start_, last_ - start_);
    current_.text = std::string(text);
    statements_.push_back(std::move(current_));
    is_inside_ = false;
    parentheses_ = 0;
    blocks_ = 0;
  }

  /// E'…' has escapes by backslash; B, X, N and U& have none.
  void take_word() {
    const auto rest = script_.substr(at_);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_word_part);
    const auto word = in_lower_case(rest.substr(0, static_cast<std::size_t>(end - rest.begin())));
    advance(word.size());
    const bool is_prefix = word == "e" && at_ < script_.size() && script_[at_] == '\'';
    if (is_prefix) return skip_quoted('\'', true, "a text");
    if (still_words_ && current_.words.size() < kKeptWords) current_.words.push_back(word);
    follow_block(word);
  }

  /// Only the body of a function or procedure can be BEGIN ATOMIC … END, with CASE … END in it.
  void follow_block(std::string_view word) {
    const auto& words = current_.words;
    const auto what = words.size() > 3 && words[1] == "or" && words[2] == "replace" ? 3U : 1U;
    const bool is_routine =
        words.size() > what && words[0] == "create" && (words[what] == "function" || words[what] == "procedure");
    if (!is_routine || parentheses_ != 0) return;
    if (word == "begin" || (word == "case" && blocks_ > 0)) ++blocks_;
    if (word == "end" && blocks_ > 0) --blocks_;
  }

  void skip_number() {
    while (at_ < script_.size() && (is_word_part(script_[at_]) || script_[at_] == '.')) advance(1);
  }

  void skip_line_comment() {
    while (at_ < script_.size() && script_[at_] != '\n') advance(1, false);
  }

  void skip_block_comment() {
    const int began = line_;
    int depth = 0;
    do {
      if (at_ >= script_.size()) throw problem(began, "a comment begins here and does not end");
      if (looking_at("/*")) {
        ++depth;
        advance(2, false);
      } else if (looking_at("*/")) {
        --depth;
        advance(2, false);
      } else {
        advance(1, false);
      }
    } while (depth > 0);
  }

  void skip_quoted(char quote, bool has_escapes, std::string_view what) {
    const int began = line_;
    advance(1);
    while (true) {
      if (at_ >= script_.size()) throw problem(began, fmt::format("{} begins here and does not end", what));
      const char c = script_[at_];
      const bool is_escape = has_escapes && c == '\\';
      const bool is_doubled = c == quote && at_ + 1 < script_.size() && script_[at_ + 1] == quote;
      advance(std::min<std::size_t>(is_escape || is_doubled ? 2 : 1, script_.size() - at_));
      if (c == quote && !is_doubled) return;
    }
  }

  /// $$ or $tag$; a parameter's $1 is neither.
  void take_dollar() {
    auto end = at_ + 1;
    const bool can_be_tag = end < script_.size() && !(script_[end] >= '0' && script_[end] <= '9');
    while (end < script_.size() && is_tag_part(script_[end])) ++end;
    if (!can_be_tag || end >= script_.size() || script_[end] != '$') return advance(1);
    const auto tag = script_.substr(at_, end + 1 - at_);
    const auto close = script_.find(tag, end + 1);
    if (close == std::string_view::npos) {
      throw problem(line_, fmt::format("a text in {} begins here and does not end", tag));
    }
    advance(close + tag.size() - at_);
  }

  bool looking_at(std::string_view text) const { return script_.substr(at_, text.size()) == text; }

  /// What is no comment and no space belongs to the statement.
  void advance(std::size_t count, bool is_content = true) {
    for (std::size_t step = 0; step < count; ++step, ++at_) {
      if (script_[at_] == '\n') ++line_;
      if (is_content && !is_space(script_[at_])) last_ = at_ + 1;
    }
  }

  static Error problem(int line, std::string_view what) {
    return Error(ErrorCode::invalid_argument, fmt::format("line {}: {}", line, what));
  }

  const std::string_view script_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool is_inside_ = false;
  bool still_words_ = false;
  std::size_t start_ = 0;
  std::size_t last_ = 0;  ///< behind the last character that is not space or comment
  int parentheses_ = 0;
  int blocks_ = 0;
  Statement current_;
  std::vector<Statement> statements_;
};

}  // namespace

bool Statement::starts_with(std::initializer_list<std::string_view> beginning) const {
  return beginning.size() <= words.size() && std::equal(beginning.begin(), beginning.end(), words.begin());
}

std::vector<Statement> split_statements(std::string_view script) { return Splitter(script).split(); }

}  // namespace tenure::schemas
