#include "reports/page_flow.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/shown_text.h"

namespace tenure::reports {
namespace {

constexpr float kBottom = PdfDocument::kHeight - 60;
constexpr float kFooter = PdfDocument::kHeight - 34;
constexpr float kLeading = 1.4F;           // of a letter's size, from one base line to the next
constexpr float kCellGap = 8;              // between two columns
constexpr std::size_t kLinesTogether = 6;  // so many are not torn apart by the end of a page
constexpr float kFactName = 120;

constexpr Color kInk{0.12F, 0.14F, 0.17F};
constexpr Color kGrey{0.40F, 0.43F, 0.47F};
constexpr Color kRule{0.80F, 0.82F, 0.85F};
constexpr Color kShade{0.95F, 0.96F, 0.97F};
constexpr Color kWhite{1, 1, 1};

constexpr Style kTitle{18, Weight::bold, kInk};
constexpr Style kSubtitle{9, Weight::regular, kGrey};
constexpr Style kSealWord{13, Weight::bold, kWhite};
constexpr Style kSealLine{8.5F, Weight::regular, kWhite};
constexpr Style kHeading{11, Weight::bold, kInk};
constexpr Style kBody{8, Weight::regular, kInk};
constexpr Style kName{8, Weight::regular, kGrey};
constexpr Style kCellHead{7.5F, Weight::bold, kGrey};
constexpr Style kSum{8, Weight::bold, kInk};
constexpr Style kCode{7, Weight::regular, kInk};
constexpr Style kFoot{7, Weight::regular, kGrey};

float leading(const Style& style) { return style.size * kLeading; }

}  // namespace

PageFlow::PageFlow(PdfDocument& document) : document_(document) { begin_page(); }

void PageFlow::begin_page() {
  document_.add_page();
  y_ = kMargin;
}

bool PageFlow::make_room(float height) {
  if (y_ + height <= kBottom) return false;
  begin_page();
  return true;
}

void PageFlow::title(const std::string& text, const std::string& below) {
  document_.text(shown(text), kMargin, y_ + kTitle.size, kTitle);
  y_ += kTitle.size + 8;
  for (const auto& line : document_.wrapped(shown(below), kTextWidth, kSubtitle)) {
    document_.text(line, kMargin, y_ + kSubtitle.size, kSubtitle);
    y_ += leading(kSubtitle);
  }
  y_ += 10;
}

void PageFlow::seal(const Color& color, const std::string& word, const std::vector<std::string>& lines) {
  constexpr float kPadding = 14;
  std::vector<std::string> wrapped;
  for (const auto& text : lines) {
    for (auto& line : document_.wrapped(shown(text), kTextWidth - 2 * kPadding, kSealLine)) {
      wrapped.push_back(std::move(line));
    }
  }
  const float height = 2 * kPadding + kSealWord.size + 4 + static_cast<float>(wrapped.size()) * leading(kSealLine) - 2;
  document_.box(kMargin, y_, kTextWidth, height, color);
  float y = y_ + kPadding + kSealWord.size - 2;
  document_.text(shown(word), kMargin + kPadding, y, kSealWord);
  y += 4;
  for (const auto& line : wrapped) {
    y += leading(kSealLine);
    document_.text(line, kMargin + kPadding, y, kSealLine);
  }
  y_ += height + 12;
}

void PageFlow::heading(const std::string& text, float room) {
  if (!make_room(room)) y_ += 10;
  document_.text(shown(text), kMargin, y_ + kHeading.size, kHeading);
  y_ += kHeading.size + 8;
}

void PageFlow::paragraph(const std::string& text) {
  const auto lines = document_.wrapped(shown(text), kTextWidth, kBody);
  make_room(static_cast<float>(std::min(lines.size(), kLinesTogether)) * leading(kBody));
  for (const auto& line : lines) {
    make_room(leading(kBody));
    document_.text(line, kMargin, y_ + kBody.size, kBody);
    y_ += leading(kBody);
  }
  y_ += 4;
}

void PageFlow::code(const std::vector<std::string>& lines) {
  const float height = static_cast<float>(lines.size()) * leading(kCode) + 10;
  make_room(height + 6);
  document_.box(kMargin, y_, kTextWidth, height, kShade);
  y_ += 5;
  for (const auto& line : lines) {
    document_.text(shown(line), kMargin + 8, y_ + kCode.size, kCode);
    y_ += leading(kCode);
  }
  y_ += 11;
}

void PageFlow::facts(const std::vector<std::pair<std::string, std::string>>& facts) {
  for (const auto& [name, what] : facts) {
    const auto lines = document_.wrapped(shown(what), kTextWidth - kFactName, kBody);
    make_room(leading(kBody) + 4);
    document_.text(shown(name), kMargin, y_ + kName.size, kName);
    for (const auto& line : lines) {
      make_room(leading(kBody));
      document_.text(line, kMargin + kFactName, y_ + kBody.size, kBody);
      y_ += leading(kBody);
    }
    y_ += 3;
  }
}

void PageFlow::begin_table(std::vector<Column> columns) {
  columns_ = std::move(columns);
  make_room(60);
  table_head();
}

void PageFlow::table_head() {
  constexpr float kHeight = 17;
  document_.box(kMargin, y_, kTextWidth, kHeight, kShade);
  float x = kMargin;
  for (const auto& column : columns_) {
    const bool is_right = column.align == Align::right;
    document_.text(column.heading, is_right ? x + column.width - kCellGap / 2 : x + kCellGap / 2, y_ + 11.5F, kCellHead,
                   column.align);
    x += column.width;
  }
  y_ += kHeight + 3;
}

void PageFlow::row(const std::vector<std::string>& cells) { table_row(cells, kBody); }

void PageFlow::sum(const std::vector<std::string>& cells) {
  make_room(leading(kSum) + 6);
  document_.line(kMargin, y_, kMargin + kTextWidth, y_, kGrey);
  y_ += 3;
  table_row(cells, kSum);
}

// A number is never broken: one that is too wide gets smaller.
Style PageFlow::fitted(const std::string& text, float width, Style style) const {
  const float wanted = document_.width_of(text, style);
  if (wanted > width) style.size *= width / wanted;
  return style;
}

void PageFlow::table_row(const std::vector<std::string>& cells, const Style& style) {
  std::vector<std::vector<std::string>> wrapped;
  std::size_t height = 1;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const auto text = shown(cells.at(at));
    const bool is_number = columns_[at].align == Align::right;
    wrapped.push_back(is_number ? std::vector{text} : document_.wrapped(text, columns_[at].width - kCellGap, style));
    height = std::max(height, wrapped.back().size());
  }
  // A row that is higher than a page goes on on the next one, line by line.
  for (std::size_t line = 0; line < height; ++line) {
    const auto lines_together = line == 0 ? std::min(height, kLinesTogether) : 1;
    if (make_room(static_cast<float>(lines_together) * leading(style) + 4)) table_head();
    float x = kMargin;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const bool is_right = columns_[at].align == Align::right;
      const float end = is_right ? x + columns_[at].width - kCellGap / 2 : x + kCellGap / 2;
      if (line < wrapped[at].size()) {
        const auto fitting = fitted(wrapped[at][line], columns_[at].width - kCellGap, style);
        document_.text(wrapped[at][line], end, y_ + style.size, fitting, columns_[at].align);
      }
      x += columns_[at].width;
    }
    y_ += leading(style);
  }
  document_.line(kMargin, y_ + 1, kMargin + kTextWidth, y_ + 1, kRule, 0.3F);
  y_ += 4;
}

void PageFlow::finish(const std::string& left) {
  for (int page = 0; page < document_.pages(); ++page) {
    document_.choose_page(page);
    document_.line(kMargin, kFooter - 11, kMargin + kTextWidth, kFooter - 11, kRule);
    document_.text(shown(left), kMargin, kFooter, kFoot);
    document_.text(fmt::format("page {} of {}", page + 1, document_.pages()), kMargin + kTextWidth, kFooter, kFoot,
                   Align::right);
  }
}

}  // namespace tenure::reports
