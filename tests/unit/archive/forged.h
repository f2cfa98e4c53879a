#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "archive/archive.h"

/// What somebody could do who may write the file and the mark, and has no key.
namespace tenure::archive {

/// A file taken apart at its seams, as docs/archive_format.md describes them.
struct TakenApart {
  std::string header;
  std::vector<std::string> sections;
};
TakenApart take_apart(const std::string& bytes);

/// The file put together again, each section beginning with the digest of what stands before it now.
std::string put_together(const TakenApart& parts);

/// A mark that fits `bytes`, which are whole sections up to their end or anything else: its digest is right either way.
Mark mark_made_to_fit(const std::string& bytes);

}  // namespace tenure::archive
