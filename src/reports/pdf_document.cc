#include "reports/pdf_document.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <hpdf.h>
#include <hpdf_namedict.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "base/fd.h"
#include "base/utf8.h"

// The fonts, as CMake puts them into the binary.
extern "C" {
extern const char tenure_font_regular_start[];  // NOLINT
extern const char tenure_font_regular_end[];    // NOLINT
extern const char tenure_font_bold_start[];     // NOLINT
extern const char tenure_font_bold_end[];       // NOLINT
}

namespace tenure::reports {
namespace {

[[noreturn]] void fail(HPDF_STATUS error, HPDF_STATUS detail, void* /*data*/) {
  throw Error(ErrorCode::internal, fmt::format("libharu failed with {:#06x}, {}", error, detail));
}

/// A font of the binary as a file, which is all that libharu reads.
std::string load_font(HPDF_Doc document, std::string_view bytes) {
  const Fd file(::memfd_create("font", MFD_CLOEXEC));
  if (!file.is_open() || ::write(file.get(), bytes.data(), bytes.size()) != std::ssize(bytes)) {
    throw Error(ErrorCode::internal, "a font could not be handed to libharu");
  }
  return HPDF_LoadTTFontFromFile(document, fmt::format("/proc/self/fd/{}", file.get()).c_str(), HPDF_TRUE);
}

/// That each code of a text is the character of that number (PDF 32000-1, section 9.10.3).
std::string map_to_unicode() {
  std::string map =
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /UTF-8 def /CMapType 2 def\n"
      "1 begincodespacerange <0000> <FFFF> endcodespacerange\n";
  for (int row = 0; row < 256; ++row) {
    map += fmt::format("1 beginbfrange <{0:02X}00> <{0:02X}FF> <{0:02X}00> endbfrange\n", row);
  }
  return map + "endcmap CMapName currentdict /CMap defineresource pop end end\n";
}

HPDF_Font font_of(HPDF_Doc document, const char* start, const char* end) {
  const auto name = load_font(document, {start, static_cast<std::size_t>(end - start)});
  const auto font = HPDF_GetFont(document, name.c_str(), "UTF-8");
  // Readers stumble over libharu's own, and then copy text as they guess.
  auto* const map = static_cast<HPDF_Dict>(HPDF_Dict_GetItem(font, "ToUnicode", HPDF_OCLASS_DICT));
  HPDF_MemStream_FreeData(map->stream);
  HPDF_Stream_WriteStr(map->stream, map_to_unicode().c_str());
  return font;
}

/// Takes off a word what stays together: up to a mark that a long name may be broken behind, or, where that does not
/// fit on a line, one letter.
template <class Fits>
std::string take_part(std::string_view& word, const Fits& fits) {
  const auto mark = word.find_first_of("_/.-");
  std::string part(word.substr(0, mark == std::string_view::npos ? mark : mark + 1));
  if (!fits(part)) {
    auto rest = word;
    if (!take_character(rest)) rest.remove_prefix(1);
    part.resize(word.size() - rest.size());
  }
  word.remove_prefix(part.size());
  return part;
}

HPDF_Date date_of(WallTime time) {
  const auto utc = fmt::gmtime(std::chrono::system_clock::to_time_t(time));
  return {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, 'Z', 0, 0};
}

}  // namespace

struct PdfDocument::State {
  State() : document(HPDF_New(fail, nullptr)) {
    if (document == nullptr) throw Error(ErrorCode::internal, "libharu could not start");
  }
  ~State() { HPDF_Free(document); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  HPDF_Font font(Weight weight) const { return weight == Weight::bold ? bold : regular; }

  HPDF_Doc document;
  HPDF_Font regular = nullptr;
  HPDF_Font bold = nullptr;
  std::vector<HPDF_Page> pages;
  HPDF_Page page = nullptr;
};

PdfDocument::PdfDocument(const std::string& title, WallTime made_at) : state_(std::make_unique<State>()) {
  const auto document = state_->document;
  HPDF_SetCompressionMode(document, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(document);
  state_->regular = font_of(document, tenure_font_regular_start, tenure_font_regular_end);
  state_->bold = font_of(document, tenure_font_bold_start, tenure_font_bold_end);
  HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, title.c_str());
  HPDF_SetInfoAttr(document, HPDF_INFO_CREATOR, "Tenure");
  HPDF_SetInfoDateAttr(document, HPDF_INFO_CREATION_DATE, date_of(made_at));
}

PdfDocument::~PdfDocument() = default;

void PdfDocument::add_page() {
  state_->page = HPDF_AddPage(state_->document);
  HPDF_Page_SetWidth(state_->page, kWidth);
  HPDF_Page_SetHeight(state_->page, kHeight);
  state_->pages.push_back(state_->page);
}

int PdfDocument::pages() const { return static_cast<int>(state_->pages.size()); }

void PdfDocument::choose_page(int number) { state_->page = state_->pages.at(static_cast<std::size_t>(number)); }

float PdfDocument::width_of(const std::string& text, const Style& style) const {
  const auto width = HPDF_Font_TextWidth(state_->font(style.weight), reinterpret_cast<const HPDF_BYTE*>(text.data()),
                                         static_cast<HPDF_UINT>(text.size()));
  return static_cast<float>(width.width) * style.size / 1000;
}

std::vector<std::string> PdfDocument::wrapped(const std::string& text, float width, const Style& style) const {
  std::vector<std::string> lines;
  std::string line;
  const auto fits = [&](const std::string& more) { return width_of(line + more, style) <= width; };
  const auto end_line = [&] { lines.push_back(std::exchange(line, {})); };
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    std::string word(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (const auto gap = line.empty() ? "" : " "; fits(gap + word)) {
      line += gap + word;
      continue;
    }
    if (!line.empty()) end_line();
    for (std::string_view letters = word; !letters.empty();) {
      const auto part = take_part(letters, [&](const std::string& one) { return width_of(one, style) <= width; });
      if (!line.empty() && !fits(part)) end_line();
      line += part;
    }
  }
  if (!line.empty() || lines.empty()) end_line();
  return lines;
}

void PdfDocument::text(const std::string& text, float x, float y, const Style& style, Align align) {
  const auto page = state_->page;
  const float left = align == Align::left ? x : x - width_of(text, style);
  HPDF_Page_SetRGBFill(page, style.color.red, style.color.green, style.color.blue);
  HPDF_Page_BeginText(page);
  HPDF_Page_SetFontAndSize(page, state_->font(style.weight), style.size);
  HPDF_Page_TextOut(page, left, kHeight - y, text.c_str());
  HPDF_Page_EndText(page);
}

void PdfDocument::box(float x, float y, float width, float height, const Color& fill) {
  HPDF_Page_SetRGBFill(state_->page, fill.red, fill.green, fill.blue);
  HPDF_Page_Rectangle(state_->page, x, kHeight - y - height, width, height);
  HPDF_Page_Fill(state_->page);
}

void PdfDocument::line(float x1, float y1, float x2, float y2, const Color& color, float width) {
  HPDF_Page_SetRGBStroke(state_->page, color.red, color.green, color.blue);
  HPDF_Page_SetLineWidth(state_->page, width);
  HPDF_Page_MoveTo(state_->page, x1, kHeight - y1);
  HPDF_Page_LineTo(state_->page, x2, kHeight - y2);
  HPDF_Page_Stroke(state_->page);
}

// What HPDF_AttachFile does, for bytes instead of a file on disk, whose path it would put into the document.
void PdfDocument::attach(const std::string& name, std::string_view bytes, const std::string& media_type) {
  auto* const document = state_->document;
  const auto stream = HPDF_DictStream_New(document->mmgr, document->xref);
  HPDF_Dict_AddName(stream, "Type", "EmbeddedFile");
  HPDF_Dict_AddName(stream, "Subtype", media_type.c_str());
  HPDF_Stream_Write(stream->stream, reinterpret_cast<const HPDF_BYTE*>(bytes.data()),
                    static_cast<HPDF_UINT>(bytes.size()));

  const auto file = HPDF_Dict_New(document->mmgr);
  HPDF_Xref_Add(document->xref, file);
  HPDF_Dict_AddName(file, "Type", "Filespec");
  HPDF_Dict_Add(file, "F", HPDF_String_New(document->mmgr, name.c_str(), nullptr));
  const auto content = HPDF_Dict_New(document->mmgr);
  HPDF_Dict_Add(file, "EF", content);
  HPDF_Dict_Add(content, "F", stream);

  const auto names = HPDF_NameDict_New(document->mmgr, document->xref);
  const auto tree = HPDF_NameTree_New(document->mmgr, document->xref);
  HPDF_NameDict_SetNameTree(names, HPDF_NAME_EMBEDDED_FILES, tree);
  HPDF_Catalog_SetNames(document->catalog, names);
  HPDF_NameTree_Add(tree, HPDF_String_New(document->mmgr, name.c_str(), nullptr), file);
}

std::string PdfDocument::bytes() const {
  HPDF_SaveToStream(state_->document);
  HPDF_ResetStream(state_->document);
  std::string bytes(HPDF_GetStreamSize(state_->document), '\0');
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(state_->document, reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
  bytes.resize(size);
  return bytes;
}

}  // namespace tenure::reports
