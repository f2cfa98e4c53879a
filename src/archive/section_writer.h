#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "archive/compression.h"
#include "archive/format.h"
#include "archive/hash.h"
#include "archive/secret_stream.h"

namespace tenure::archive {

/// Makes the bytes of one section from its content, as they come: nothing of it is kept.
class SectionWriter {
 public:
  using Sink = std::function<void(std::string_view bytes)>;

  /// `digest_before`, `number` and `description` say which section it is; `sink` takes its bytes, in order.
  /// `compressor` is used until finish().
  SectionWriter(const FileKey& key, std::string_view digest_before, std::int64_t number, std::string_view description,
                Compressor& compressor, Sink sink);

  void append(std::string_view content);
  /// Writes the rest. @return the section's own digest.
  std::string finish(std::int64_t rows);

 private:
  void put(std::string_view bytes);
  void put_message(std::string_view plain, Tag tag, std::string_view position = {});
  Compressor::Sink content_sink();

  Sink sink_;
  Sealer sealer_;
  Compressor& compressor_;
  Hash section_;
  Hash content_;
  std::int64_t content_size_ = 0;
  std::int64_t size_ = 0;
  std::string message_;
};

}  // namespace tenure::archive
