#include "tests/unit/archive/forged.h"

#include "archive/hash.h"

namespace tenure::archive {
namespace {

constexpr std::size_t kHeader = 28;
constexpr std::size_t kDigest = 32;
constexpr std::size_t kSize = 8;

/// Where the section begins that ends at `end`; 0 when there is none.
std::size_t begin_of_section(const std::string& bytes, std::size_t end) {
  if (end < kHeader + kSize) return 0;
  std::uint64_t size = 0;
  for (std::size_t byte = 0; byte < kSize; ++byte) {
    size |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[end - kSize + byte])) << (8 * byte);
  }
  return size > 0 && size <= end - kHeader ? end - size : 0;
}

}  // namespace

TakenApart take_apart(const std::string& bytes) {
  TakenApart parts{.header = bytes.substr(0, kHeader)};
  auto end = bytes.size();
  while (const auto begin = begin_of_section(bytes, end)) {
    parts.sections.insert(parts.sections.begin(), bytes.substr(begin, end - begin));
    end = begin;
  }
  return parts;
}

std::string put_together(const TakenApart& parts) {
  auto bytes = parts.header;
  auto digest = hash_of(parts.header);
  for (auto section : parts.sections) {
    section.replace(0, kDigest, digest);
    digest = hash_of(section);
    bytes += section;
  }
  return bytes;
}

Mark mark_made_to_fit(const std::string& bytes) {
  const auto parts = take_apart(bytes);
  return {.length = static_cast<std::int64_t>(bytes.size()),
          .sections = static_cast<std::int64_t>(parts.sections.size()),
          .digest = to_hex(hash_of(parts.sections.empty() ? bytes : parts.sections.back()))};
}

}  // namespace tenure::archive
