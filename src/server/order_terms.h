#pragma once

#include <optional>

#include "server/body.h"

namespace tenure::server {

/// When a deletion is to begin, and before which others: "run_at" and "priority" of a body.
struct OrderTerms {
  std::optional<WallTime> run_at = std::nullopt;
  std::optional<int> priority = std::nullopt;
};

/// Reads them; a faulty one is a problem of the body. @throws Error(forbidden) "priority: …" for a person who is no
/// platform admin: whose turn it is, is the installation's business.
OrderTerms order_terms_of(Body& body, const Request& request);

}  // namespace tenure::server
