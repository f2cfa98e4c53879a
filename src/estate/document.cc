#include "estate/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>

#include "base/utf8.h"

namespace tenure::estate {
namespace {

int line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// In a flow map or list YAML takes the braces of a variable for its own.
std::string_view hint_for(std::string_view text, int line) {
  for (int before = 1; before < line && !text.empty(); ++before)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const bool has_variable = text.substr(0, text.find('\n')).find("${") != std::string_view::npos;
  return has_variable ? "; between { } or [ ] write \"${NAME}\" in quotes" : "";
}

/// Keeps nothing of a document but where it begins.
class DocumentStart final : public YAML::EventHandler {
 public:
  int line() const { return line_; }

  void OnDocumentStart(const YAML::Mark& mark) override { line_ = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int line_ = 0;
};

/// 0 when there is none. YAML::LoadAll is no way to find out: of a text with a stray comma it makes documents until the
/// memory is full.
int line_of_second_document(std::string_view text) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start)) return 0;
  return parser.HandleNextDocument(start) ? start.line() : 0;
}

}  // namespace

std::optional<YAML::Node> load_document(std::string_view text, Problems& problems) {
  if (const auto at = find_invalid_utf8(text); at != std::string_view::npos) {
    problems.add(line_at(text, at), "", "is not UTF-8 text");
    return std::nullopt;
  }
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    problems.add(line_at(text, at), "", "holds a NUL character");
    return std::nullopt;
  }
  try {
    if (const int line = line_of_second_document(text); line > 0) {
      problems.add(line, "", "the estate has ended before this: a second document, or a stray , ] or }");
      return std::nullopt;
    }
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    const int line = error.mark.line + 1;
    problems.add(line, "", fmt::format("is not YAML: {}{}", shown(error.msg), hint_for(text, line)));
    return std::nullopt;
  }
}

}  // namespace tenure::estate
