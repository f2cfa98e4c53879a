#pragma once

#include <nlohmann/json_fwd.hpp>

#include "store/deletion_result.h"

namespace tenure::store {

/// The bodies of the deletion contract over HTTP (spec A1, A2), written by the server and read by the remote store.
/// {"tenant_id"|"user_id", "service", "data_counts", "total_items", "changed_counts", "kept", "outside_rows"}
nlohmann::json preview_to_json(const std::string& service, const Subject& subject, const Preview& preview);
/// Reads what preview_to_json writes; keys beyond A1's are optional. @throws Error(corrupt) naming the field.
Preview preview_from_json(const nlohmann::json& body);

/// {"message", "summary": {…}}; `error_code` is not part of it.
nlohmann::json result_to_json(const DeletionResult& result);
/// Reads deleted_counts, changed_counts and digest from a successful answer. @throws Error(corrupt) naming the field,
/// Error(unavailable) when the summary says success = false, without the reasons that it gives.
Erasure erasure_from_json(const nlohmann::json& body);

/// What Tenure's own services answer beyond the contract.
/// {"tenant_id"|"user_id", "service", "rows_left", "orphans", "kept"}
nlohmann::json residue_to_json(const std::string& service, const Subject& subject, const Residue& residue);
/// @throws Error(corrupt) naming the field.
Residue residue_from_json(const nlohmann::json& body);

/// {"message", "tenant_id"|"user_id", "service", "restored_counts", "total_restored", "reverted_counts"}
nlohmann::json restoration_to_json(const std::string& service, const Subject& subject, const Restoration& restoration);
/// Reads what restoration_to_json writes. @throws Error(corrupt) naming the field.
Restoration restoration_from_json(const nlohmann::json& body);

}  // namespace tenure::store
