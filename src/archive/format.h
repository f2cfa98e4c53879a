#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/archive.h"
#include "archive/hash.h"

/// The fixed parts of a file: header, a section's description, its footer. docs/archive_format.md is the reference.
///
///   file     header, then sections
///   header   magic (8), version (4), key id (16)
///   section  digest of the file before it (32), secretstream header (24), messages, length of the section (8)
///   message  length (4), ciphertext; the first is the description, the last the footer, between them a zstd frame
namespace tenure::archive {

inline constexpr std::string_view kMagic = "TENUREAR";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kKeyIdSize = 16;
inline constexpr std::size_t kHeaderSize = 8 + 4 + kKeyIdSize;
inline constexpr std::int64_t kFirstSection = kHeaderSize;
inline constexpr std::int64_t kTrailerSize = 8;
/// Of a message before it is encrypted: what the writer makes of content, and what a reader must be able to take.
inline constexpr std::size_t kContentSize = std::size_t{64} * 1024;
inline constexpr std::size_t kLargestMessage = std::size_t{1024} * 1024;

/// The key of one file, made from the job's data key, and the id by which a reader sees whether it has the right one.
struct FileKey {
  Secret bytes;
  std::string id;  ///< of the data key, kKeyIdSize bytes; the same for all files of a job
};
FileKey derive_file_key(const DataKey& key, const JobId& job, std::string_view service);

std::string header_of(const FileKey& key);
/// @throws Error(corrupt) unless `header` is header_of(key).
void check_header(std::string_view header, const FileKey& key);

/// The first message of section `number`.
std::string describe(const SectionInfo& info, const Label& label, const FileKey& key, std::int64_t number);
/// @throws Error(corrupt) when it is another label's, key's or section's.
SectionInfo read_description(std::string_view bytes, const Label& label, const FileKey& key, std::int64_t number);

/// The last message of a section.
struct Footer {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  ///< of the content
  std::string digest;      ///< of the content
  bool operator==(const Footer&) const = default;
};
std::string to_bytes(const Footer& footer);
/// @throws Error(corrupt).
Footer read_footer(std::string_view bytes);

/// What the first message is authenticated with besides itself: where in the file the section stands.
std::string position_of(std::string_view digest_before, std::int64_t number);

}  // namespace tenure::archive
