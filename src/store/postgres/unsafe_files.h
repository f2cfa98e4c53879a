#pragma once

#include <cstdint>

namespace tenure::store {

/// @throws Error(refused) when there are rows that name files by a path that leads out of their root.
void refuse_unsafe_files(std::int64_t rows);

}  // namespace tenure::store
