#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/tenant_data_store.h"

namespace tenure::messaging {

/// What a service can be asked for: the members of the deletion contract.
enum class Operation { preview, erase, verify, restore };

std::string_view to_string(Operation operation);
/// @throws Error(invalid_argument) naming the field "operation".
Operation parse_operation(std::string_view text);
/// Whether it changes the service's data, so that its outcome may be unknown.
bool has_effect(Operation operation);

/// A request to a service as it travels; docs/events.md describes its JSON.
struct ServiceRequest {
  std::string service;
  Operation operation = Operation::preview;
  Subject subject;
  /// How long whoever asked waits from when it was sent. The service gives up after as long, from when it begins:
  /// clocks of two machines are not compared.
  Milliseconds timeout{60000};
  std::string idempotency_key{};  ///< of erase; as in store::EraseRequest
  std::optional<JobId> job{};
  std::int64_t epoch = 0;
  std::optional<archive::WrappedKey> archive_key{};
};

ServiceRequest preview_request(std::string service, const Subject& subject);
ServiceRequest verify_request(std::string service, const Subject& subject);
ServiceRequest erase_request(std::string service, const store::EraseRequest& request);
ServiceRequest restore_request(std::string service, const store::RestoreRequest& request);

/// As the store takes it. `fallback_key` where it has no idempotency key of its own.
store::EraseRequest to_erase_request(const ServiceRequest& request, const std::string& fallback_key);
store::RestoreRequest to_restore_request(const ServiceRequest& request);

std::string to_json_text(const ServiceRequest& request);
/// @throws Error(invalid_argument) naming the field that is missing or wrong; never with its value.
ServiceRequest request_from_json_text(std::string_view text);

}  // namespace tenure::messaging
