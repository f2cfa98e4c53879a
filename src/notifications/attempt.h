#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "http/client.h"

namespace tenure::notifications {

/// What came of one try to tell somebody.
struct Attempt {
  std::string why = {};  ///< it did not work out; empty: it did. Without an address or a secret
  bool may_pass = false;
  std::optional<Milliseconds> wait = std::nullopt;  ///< what the other side asks for
};

/// Posts once; 2xx is taken. What may pass: an answer of 408, 429 or 5xx, no answer, no connection.
Attempt post(const http::Request& request, const Call& call);

}  // namespace tenure::notifications
