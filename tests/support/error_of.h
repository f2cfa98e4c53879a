#pragma once

#include <gtest/gtest.h>

#include "base/error.h"

namespace tenure::test {

/// The Error that `action` throws; that it throws none is a failure of the test.
template <class Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::internal, "nothing was thrown");
}

}  // namespace tenure::test
