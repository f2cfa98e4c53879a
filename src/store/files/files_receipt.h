#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tenure::store {

/// The answer of one order to erase a folder.
struct FilesAnswer {
  std::int64_t files = 0;
  std::string digest;
  bool operator==(const FilesAnswer&) const = default;
};

/// What a files store remembers of one tenant, kept in {root}/.tenure/{tenant_id}/receipt.json. It holds counts and
/// digests, never a file's name.
struct FilesReceipt {
  std::int64_t epoch = 0;                  ///< the highest one seen
  std::optional<std::int64_t> tree_files;  ///< of the tree that is being removed, counted before its first file went
  std::int64_t removed_files = 0;          ///< by an order that has not been answered yet, in trees that are gone
  std::map<std::string, FilesAnswer> answers;  ///< by the digest of the idempotency key
  bool operator==(const FilesReceipt&) const = default;
};

std::string to_json_text(const FilesReceipt& receipt);
/// @throws Error(corrupt) when it is not what to_json_text writes.
FilesReceipt receipt_from_json_text(std::string_view text);

}  // namespace tenure::store
