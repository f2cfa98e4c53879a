#include "archive/section_writer.h"

#include "archive/bytes.h"

namespace tenure::archive {

SectionWriter::SectionWriter(const FileKey& key, std::string_view digest_before, std::int64_t number,
                             std::string_view description, Compressor& compressor, Sink sink)
    : sink_(std::move(sink)), sealer_(key.bytes), compressor_(compressor) {
  put(std::string(digest_before) + sealer_.header());
  put_message(description, Tag::description, position_of(digest_before, number));
}

void SectionWriter::append(std::string_view content) {
  content_.add(content);
  content_size_ += static_cast<std::int64_t>(content.size());
  compressor_.append(content, content_sink());
}

std::string SectionWriter::finish(std::int64_t rows) {
  compressor_.finish(content_sink());
  put_message(to_bytes(Footer{.rows = rows, .bytes = content_size_, .digest = content_.bytes()}), Tag::footer);
  std::string trailer;
  put_u64(trailer, static_cast<std::uint64_t>(size_ + kTrailerSize));
  put(trailer);
  return section_.bytes();
}

Compressor::Sink SectionWriter::content_sink() {
  return [this](std::string_view piece) { put_message(piece, Tag::content); };
}

void SectionWriter::put_message(std::string_view plain, Tag tag, std::string_view position) {
  message_.clear();
  put_u32(message_, static_cast<std::uint32_t>(plain.size() + kMessageOverhead));
  sealer_.seal(message_, plain, tag, position);
  put(message_);
}

void SectionWriter::put(std::string_view bytes) {
  section_.add(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
  sink_(bytes);
}

}  // namespace tenure::archive
