#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/service_endpoint.h"

namespace tenure::erasure {

/// What one service said: a preview, or why there is none.
struct ServicePreview {
  std::string service;
  std::optional<store::Preview> preview;
  std::vector<std::string> errors;
};

/// What an erasure of the tenant would do, over all services (spec C12).
struct DeletionPreview {
  TenantId tenant;
  std::optional<std::string> tenant_name;
  std::vector<ServicePreview> services;                          ///< in the order of the endpoints
  std::optional<std::chrono::seconds> retention = std::nullopt;  ///< how long it could be taken back; absent: never

  bool is_complete() const;
  /// Rows to delete; only of the services that answered.
  std::int64_t total_items() const;
  /// Rows of others that no rule settles: an erasure would be refused.
  bool has_unsettled_rows() const;
};

/// Asks all services at once, each within its own timeout, in the order of the endpoints. Never throws for a service's
/// failure: that is in its entry.
std::vector<ServicePreview> preview_services(const ServiceEndpoints& endpoints, const Subject& subject,
                                             const std::stop_token& stop,
                                             const std::optional<TraceContext>& trace = std::nullopt,
                                             Milliseconds grace = Milliseconds(5000));

/// Names what the previews say, for an approval to be bound to: plans, counts and rows of others; 64 hexadecimal
/// digits. A service that could not answer has a digest of its own, which fits no approval.
std::string digest_of(const std::vector<ServicePreview>& services);

}  // namespace tenure::erasure
