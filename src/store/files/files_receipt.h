#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "archive/archive.h"

namespace tenure::store {

/// The answer of one order to erase a folder.
struct FilesAnswer {
  std::int64_t files = 0;
  std::string digest;
  bool operator==(const FilesAnswer&) const = default;
};

/// What a files store remembers of one tenant, kept in {root}/.tenure/{tenant_id}/receipt.json. It holds counts and
/// digests, never a file's name.
///
/// Rows of PostgreSQL have transactions; here the order of writes is what makes a crash harmless: the mark of what was
/// archived is on disk before the first of these files is removed.
struct FilesReceipt {
  std::int64_t epoch = 0;                  ///< the highest one seen
  std::optional<std::int64_t> tree_files;  ///< of the tree that is being removed, counted before its first file went
  std::int64_t removed_files = 0;          ///< by an order that has not been answered yet, in trees that are gone
  std::optional<std::string> tree_job;     ///< whose order took the tree that is being removed away, if a job's
  std::map<std::string, FilesAnswer> answers;     ///< by the digest of the idempotency key
  std::map<std::string, archive::Mark> archives;  ///< job → how far its archive is valid
  std::set<std::string> unarchived;               ///< jobs that removed files without one
  std::map<std::string, std::int64_t> restored;   ///< job → files that it brought back; it erases no more
  bool operator==(const FilesReceipt&) const = default;
};

std::string to_json_text(const FilesReceipt& receipt);
/// Reads earlier formats as well. @throws Error(corrupt) when it is not what to_json_text writes.
FilesReceipt receipt_from_json_text(std::string_view text);

}  // namespace tenure::store
