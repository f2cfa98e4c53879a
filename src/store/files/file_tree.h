#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/fd.h"

/// Walks over a folder by descriptors; links are entries, never ways. The part of FileRoot that recurses.
namespace tenure::store {

/// Folders nest at most this deep: each level keeps a descriptor open. Deeper is Error(refused).
inline constexpr int kDeepestFolder = 200;

/// The files and links below `folder`.
std::int64_t count_files(Fd folder, const std::function<void()>& before_entry);
/// Removes all below `folder`, then itself from `parent`; returns how many files and links that were.
std::int64_t remove_folder(int parent, const std::string& name, Fd folder, const std::function<void()>& before_entry);

/// Called with a path below the folder that is walked and its mode, as lstat(2) gives it.
using VisitEntry = std::function<void(const std::string& path, std::int64_t mode)>;
/// Everything below `folder`, a folder before what is in it. What `visit` removes meanwhile is fine.
void visit_entries(Fd folder, const VisitEntry& visit);
/// Removes all folders below `folder`, then itself from `parent`. False, with what held it up left, when there is
/// anything else in one of them.
bool remove_empty_folders(int parent, const std::string& name, Fd folder);

/// Error(unavailable) from errno: "cannot remove a file: Permission denied".
Error system_error(std::string_view doing_what);

}  // namespace tenure::store
