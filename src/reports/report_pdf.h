#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "signing/signing_key.h"

namespace tenure::reports {

/// A deletion_report() on paper, signed, with the signed JSON file attached. The same report and key, the same bytes.
std::string report_pdf(const nlohmann::json& report, const signing::SigningKey& key);

}  // namespace tenure::reports
