#include "archive/compression.h"

#include <fmt/format.h>

#include <new>

#include "base/error.h"

namespace tenure::archive {
namespace {

/// The fastest of zstd's ordinary levels: an erasure waits for it.
constexpr int kLevel = 1;
/// 8 MiB: what a reader has to set aside, and the largest that RFC 8878 asks every decoder to support.
constexpr int kLargestWindowLog = 23;

std::size_t checked(std::size_t result, ErrorCode code) {
  if (ZSTD_isError(result) != 0) throw Error(code, fmt::format("zstd: {}", ZSTD_getErrorName(result)));
  return result;
}

}  // namespace

Compressor::Compressor(std::size_t piece_size) : context_(ZSTD_createCCtx()), piece_(piece_size, '\0') {
  if (!context_) throw std::bad_alloc();
  checked(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel), ErrorCode::internal);
}

void Compressor::append(std::string_view bytes, const Sink& sink) {
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  while (input.pos < input.size) {
    ZSTD_outBuffer output{piece_.data(), piece_.size(), filled_};
    checked(ZSTD_compressStream2(context_.get(), &output, &input, ZSTD_e_continue), ErrorCode::internal);
    filled_ = output.pos;
    if (filled_ < piece_.size()) continue;
    filled_ = 0;
    sink(piece_);
  }
}

void Compressor::finish(const Sink& sink) {
  ZSTD_inBuffer input{nullptr, 0, 0};
  for (std::size_t left = 1; left > 0;) {
    ZSTD_outBuffer output{piece_.data(), piece_.size(), filled_};
    left = checked(ZSTD_compressStream2(context_.get(), &output, &input, ZSTD_e_end), ErrorCode::internal);
    filled_ = output.pos;
    if (filled_ < piece_.size() && left > 0) continue;
    const std::string_view piece(piece_.data(), filled_);
    filled_ = 0;
    if (!piece.empty()) sink(piece);
  }
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()), piece_(ZSTD_DStreamOutSize(), '\0') {
  if (!context_) throw std::bad_alloc();
  checked(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindowLog), ErrorCode::internal);
}

void Decompressor::start() {
  checked(ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only), ErrorCode::internal);
  input_ = {nullptr, 0, 0};
  has_more_output_ = false;
  is_at_end_ = false;
}

bool Decompressor::next(std::string_view& piece) {
  while (input_.pos < input_.size || has_more_output_) {
    if (is_at_end_) throw Error(ErrorCode::corrupt, "something stands behind its content");
    ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
    is_at_end_ = checked(ZSTD_decompressStream(context_.get(), &output, &input_), ErrorCode::corrupt) == 0;
    has_more_output_ = !is_at_end_ && output.pos == output.size;
    if (output.pos == 0) continue;
    piece = {piece_.data(), output.pos};
    return true;
  }
  return false;
}

}  // namespace tenure::archive
