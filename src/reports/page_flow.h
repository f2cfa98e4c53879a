#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/pdf_document.h"

namespace tenure::reports {

struct Column {
  std::string heading;
  float width;  ///< points; the columns of a table are as wide as the text together
  Align align = Align::left;
};

/// Lets headings, paragraphs and tables flow down the pages of a document: what does not fit begins a new page, where a
/// table repeats its headings, and what is too wide for its place is wrapped. Texts are shown(). Not thread-safe.
class PageFlow {
 public:
  static constexpr float kMargin = 48;
  static constexpr float kTextWidth = PdfDocument::kWidth - 2 * kMargin;

  explicit PageFlow(PdfDocument& document);

  void title(const std::string& text, const std::string& below);
  /// A box of one color with a word in large letters and lines about it.
  void seal(const Color& color, const std::string& word, const std::vector<std::string>& lines);
  /// On a page with `room` left for what stands under it.
  void heading(const std::string& text, float room = 100);
  void paragraph(const std::string& text);
  /// Text that is to be typed as it stands: no line of it is broken.
  void code(const std::vector<std::string>& lines);
  /// Names on the left, what they are on the right.
  void facts(const std::vector<std::pair<std::string, std::string>>& facts);
  /// A row may be a sum: in bold, under a line.
  void begin_table(std::vector<Column> columns);
  void row(const std::vector<std::string>& cells);
  void sum(const std::vector<std::string>& cells);

  /// Puts `left` and "page 1 of 3" under every page.
  void finish(const std::string& left);

 private:
  /// Begins a page when less than `height` is left.
  bool make_room(float height);
  void begin_page();
  void table_head();
  Style fitted(const std::string& text, float width, Style style) const;
  void table_row(const std::vector<std::string>& cells, const Style& style);

  PdfDocument& document_;
  std::vector<Column> columns_;
  float y_ = 0;  ///< the upper end of what comes next
};

}  // namespace tenure::reports
