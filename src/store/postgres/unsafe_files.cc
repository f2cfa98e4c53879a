#include "store/postgres/unsafe_files.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::store {

void refuse_unsafe_files(std::int64_t rows) {
  if (rows == 0) return;
  throw Error(ErrorCode::refused, fmt::format("{} rows name files by a path that leads out of the `files:` root; paths "
                                              "have to be relative, without empty, \".\" or \"..\" parts",
                                              rows));
}

}  // namespace tenure::store
