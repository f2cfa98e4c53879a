#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"

/// How paths below a root are walked: one component at a time, links never followed. The part of FileRoot that all its
/// operations share.
namespace tenure::store {

/// The components of a path that may be walked. @throws Error(invalid_argument) for one that may not, see FileRoot.
std::vector<std::string> components_of(std::string_view path);

bool is_link(int parent, const std::string& name);

/// The folder that holds the last component; not open when it, or something on the way, is not there.
Fd open_parent(int root, const std::vector<std::string>& components);

/// The same, and what is missing on the way is made. @throws Error(conflict) when a link or a file is on the way.
Fd make_parent(int root, const std::vector<std::string>& components);

}  // namespace tenure::store
