#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace tenure::reports {

enum class Weight { regular, bold };
enum class Align { left, right };

struct Color {
  float red = 0;
  float green = 0;
  float blue = 0;
};

struct Style {
  float size = 8;  ///< points
  Weight weight = Weight::regular;
  Color color = {};
};

/// An A4 document in the making: text in DejaVu Sans, of which it holds the letters it uses, boxes and lines. Places
/// are points from the upper left corner of the page. The same calls give the same bytes. The one user of libharu. Not
/// thread-safe.
class PdfDocument {
 public:
  static constexpr float kWidth = 595;
  static constexpr float kHeight = 842;

  /// @throws Error(internal), as all members do, when libharu fails.
  PdfDocument(const std::string& title, WallTime made_at);
  ~PdfDocument();
  PdfDocument(const PdfDocument&) = delete;
  PdfDocument& operator=(const PdfDocument&) = delete;

  /// Pages are numbered from 0; what is drawn goes onto the one that was chosen last.
  void add_page();
  int pages() const;
  void choose_page(int number);

  float width_of(const std::string& text, const Style& style) const;
  /// Lines of `text` that are no wider than `width`: broken between words, and a word that is wider by itself behind
  /// one of _ / . - or, without these, anywhere.
  std::vector<std::string> wrapped(const std::string& text, float width, const Style& style) const;

  /// `x` is the text's left or right end, `y` its base line.
  void text(const std::string& text, float x, float y, const Style& style, Align align = Align::left);
  void box(float x, float y, float width, float height, const Color& fill);
  void line(float x1, float y1, float x2, float y2, const Color& color, float width = 0.5F);

  /// Puts a file into the document, which readers list as an attachment; its bytes are in it as they are.
  void attach(const std::string& name, std::string_view bytes, const std::string& media_type);

  /// The file's bytes.
  std::string bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenure::reports
