#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/error.h"
#include "messaging/service_request.h"
#include "store/deletion_result.h"

namespace tenure::messaging {

/// An answer to a ServiceRequest as it travels: a result, which is a body of the deletion contract, or an error.
/// docs/events.md describes its JSON.
struct ServiceAnswer {
  std::string request_id;  ///< the message id of the request
  std::string service;
  Operation operation = Operation::preview;
  nlohmann::json result;  ///< null when there is an error
  bool is_replay = false;
  std::optional<Error> error;
};

// Answers of a store.
ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Preview& preview);
ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::DeletionResult& result);
ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Residue& residue);
ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const store::Restoration& restoration);
ServiceAnswer answer_of(const ServiceRequest& request, const std::string& id, const Error& error);

// What a store would have returned. @throws the answer's error, Error(corrupt) when the result is not what it should
// be.
store::Preview to_preview(const ServiceAnswer& answer);
store::Erasure to_erasure(const ServiceAnswer& answer);
store::Residue to_residue(const ServiceAnswer& answer);
store::Restoration to_restoration(const ServiceAnswer& answer);

std::string to_json_text(const ServiceAnswer& answer);
/// @throws Error(invalid_argument) naming the field that is missing or wrong; never with its value.
ServiceAnswer answer_from_json_text(std::string_view text);

}  // namespace tenure::messaging
