#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/archive_file.h"
#include "archive/compression.h"
#include "archive/format.h"
#include "archive/hash.h"
#include "archive/secret_stream.h"

namespace tenure::archive {

/// Where a section is, and whose it must be. Refers to what it was made from.
struct Place {
  const ArchiveFile& file;
  const Label& label;
  const FileKey& key;
  std::int64_t number = 0;
  std::int64_t offset = 0;
  std::int64_t end = 0;  ///< of what may be read: the mark
};

/// Reads one section from its first byte to its last, and hands out its content as it goes. Every member @throws
/// Error(corrupt) as soon as something is not as it was written.
class SectionReader {
 public:
  /// Reads its description. `decompressor` is used until the end.
  SectionReader(const Place& place, Decompressor& decompressor);

  const SectionInfo& info() const { return info_; }
  const std::string& digest_before() const { return digest_before_; }

  /// Whether there is more content. Once there is not, all of it has been compared with the footer.
  bool next(std::string_view& piece);

  // After next() has returned false:
  const Footer& footer() const { return footer_; }
  std::int64_t end() const { return offset_; }
  std::string digest() { return section_.bytes(); }  ///< once

 private:
  std::string_view take(std::size_t size);
  Tag take_message(std::string_view position = {});
  void finish();

  const Place place_;
  std::int64_t offset_;
  Hash section_;
  std::string bytes_;
  std::string digest_before_;
  Opener opener_;
  std::string message_;
  SectionInfo info_;
  Decompressor& decompressor_;
  Hash content_;
  std::int64_t content_size_ = 0;
  Footer footer_;
  bool is_finished_ = false;
};

}  // namespace tenure::archive
