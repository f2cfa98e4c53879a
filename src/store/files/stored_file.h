#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"

/// One file or link below a root, as it is read and made again: what FileRoot offers to archives.
namespace tenure::store {

/// A file that was found. `mode` holds its type and permission bits, as stat(2) gives them.
struct StoredFile {
  Fd file;  ///< open to be read, unless it is a link
  std::int64_t mode = 0;
  std::string link;  ///< where a link leads

  bool is_link() const { return !file.is_open(); }
};

using TakeBytes = std::function<void(std::string_view)>;

/// Hands out the content piece by piece; of a link, where it leads. @throws Error(unavailable).
void read_content(const StoredFile& stored, const TakeBytes& take);

/// What lies at an offset of the content, up to `size` bytes; fewer at the end. @throws Error(unavailable).
std::string read_content_at(const StoredFile& stored, std::int64_t offset, std::size_t size);

/// The entry `name` of a folder. Nothing when it is not there. @throws Error(refused) when it is neither file nor link.
std::optional<StoredFile> open_stored(int folder, const std::string& name);

/// Makes a file that is complete and on disk before it has its name; the folder's entry is not synced. `fill` gives the
/// content to the function that it is given. What a call for the same name that was killed has left goes; one call a
/// name at a time. @throws Error(conflict) when the name is taken.
void make_file(int folder, const std::string& name, std::int64_t mode,
               const std::function<void(const TakeBytes&)>& fill);
/// @throws Error(conflict) when the name is taken.
void make_link(int folder, const std::string& name, const std::string& target);

}  // namespace tenure::store
