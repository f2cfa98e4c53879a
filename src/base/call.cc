#include "base/call.h"

#include "base/error.h"

namespace tenure {

void Call::check() const {
  if (stop.stop_requested()) throw Error(ErrorCode::timeout, "stopped on request", Retry::later);
  if (deadline.has_passed()) throw Error(ErrorCode::timeout, "the deadline passed", Retry::later);
}

}  // namespace tenure
