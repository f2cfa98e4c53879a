#include "archive/section_reader.h"

#include "archive/bytes.h"
#include "base/error.h"

namespace tenure::archive {

SectionReader::SectionReader(const Place& place, Decompressor& decompressor)
    : place_(place),
      offset_(place.offset),
      digest_before_(take(kHashSize)),
      opener_(place.key.bytes, take(kStreamHeaderSize)),
      decompressor_(decompressor) {
  decompressor_.start();
  if (take_message(position_of(digest_before_, place_.number)) != Tag::description) {
    throw Error(ErrorCode::corrupt, "it does not begin with its description");
  }
  info_ = read_description(message_, place_.label, place_.key, place_.number);
}

bool SectionReader::next(std::string_view& piece) {
  while (!is_finished_) {
    if (decompressor_.next(piece)) {
      content_.add(piece);
      content_size_ += static_cast<std::int64_t>(piece.size());
      return true;
    }
    switch (take_message()) {
      case Tag::content:
        decompressor_.give(message_);
        break;
      case Tag::footer:
        finish();
        break;
      default:
        throw Error(ErrorCode::corrupt, "it holds a message of another kind");
    }
  }
  return false;
}

void SectionReader::finish() {
  footer_ = read_footer(message_);
  const Footer found{.rows = footer_.rows, .bytes = content_size_, .digest = content_.bytes()};
  if (!decompressor_.is_at_end() || found != footer_) {
    throw Error(ErrorCode::corrupt, "its content is not what its footer says");
  }
  if (ByteReader(take(std::size_t{kTrailerSize})).i64() != offset_ - place_.offset) {
    throw Error(ErrorCode::corrupt, "it is of another length than it says");
  }
  is_finished_ = true;
}

Tag SectionReader::take_message(std::string_view position) {
  const auto size = ByteReader(take(4)).u32();
  if (size > kLargestMessage + kMessageOverhead) throw Error(ErrorCode::corrupt, "a message is too long");
  return opener_.open(message_, take(size), position);
}

std::string_view SectionReader::take(std::size_t size) {
  if (static_cast<std::int64_t>(size) > place_.end - offset_) throw Error(ErrorCode::corrupt, "it is cut short");
  bytes_.resize(size);
  place_.file.read(offset_, bytes_.data(), size);
  offset_ += static_cast<std::int64_t>(size);
  section_.add(bytes_);
  return bytes_;
}

}  // namespace tenure::archive
