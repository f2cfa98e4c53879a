#pragma once

#include <functional>
#include <stdexcept>

#include "base/error.h"

namespace tenure::test {

/// The Error that `work` throws. @throws std::logic_error when it throws none, which fails the test.
inline Error failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("nothing was thrown");
}

}  // namespace tenure::test
