#pragma once

#include <zstd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tenure::archive {

/// Makes one zstd frame (RFC 8878) of bytes that come in pieces, and hands it out in pieces of a fixed size, the last
/// one shorter. Holds about 1 MiB, however long the content is. Can be used for one frame after another.
class Compressor {
 public:
  using Sink = std::function<void(std::string_view piece)>;

  explicit Compressor(std::size_t piece_size);

  void append(std::string_view bytes, const Sink& sink);
  /// Ends the frame and hands out what is left of it.
  void finish(const Sink& sink);

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::string piece_;
  std::size_t filled_ = 0;
};

/// Takes one frame apart again, piece by piece. Can be used for one frame after another.
class Decompressor {
 public:
  Decompressor();

  /// Before each frame, whatever became of the last one.
  void start();

  /// The next bytes of the frame. `input` must stay where it is until next() has returned false.
  void give(std::string_view input) { input_ = {input.data(), input.size(), 0}; }
  /// Whether there is another piece; without one, more input is needed or the frame has ended. @throws Error(corrupt)
  /// when it is no frame, or something stands behind it.
  bool next(std::string_view& piece);
  bool is_at_end() const { return is_at_end_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::string piece_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool has_more_output_ = false;
  bool is_at_end_ = false;
};

}  // namespace tenure::archive
