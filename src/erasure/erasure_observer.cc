#include "erasure/erasure_observer.h"

namespace tenure::erasure {

std::string_view to_string(CallFailure failure) {
  switch (failure) {
    case CallFailure::timeout:
      return "timeout";
    case CallFailure::unreachable:
      return "unreachable";
    case CallFailure::busy:
      return "busy";
    case CallFailure::permanent:
      return "permanent";
    case CallFailure::rows_left:
      return "rows_left";
  }
  return "permanent";
}

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::erase:
      return "erase";
    case Operation::verify:
      return "verify";
    case Operation::restore:
      return "restore";
    case Operation::prepare:
      return "prepare";
    case Operation::commit:
      return "commit";
    case Operation::roll_back:
      return "roll_back";
  }
  return "erase";
}

CallFailure call_failure(ErrorCode code, Retry retry) {
  if (code == ErrorCode::timeout) return CallFailure::timeout;
  switch (kind_of(code, retry)) {
    case FailureKind::unreachable:
      return CallFailure::unreachable;
    case FailureKind::busy:
      return CallFailure::busy;
    case FailureKind::permanent:
      break;
  }
  return CallFailure::permanent;
}

}  // namespace tenure::erasure
