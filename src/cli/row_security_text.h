#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "estate/estate.h"
#include "row_security/audit.h"

namespace tenure::cli {

/// {"success", "services": {name: {"role", "setting", "tables", "probed", "gaps": [{"code", "table", "what",
/// "remedy"}], "untried": [{"table", "why"}]}}, "not_enforced": [services that share tables and declare no row-level
/// security]}
nlohmann::json row_security_to_json(const std::vector<row_security::ServiceAudit>& audits,
                                    const estate::Estate& estate);

/// The same for a terminal.
std::string row_security_text(const nlohmann::json& body);

}  // namespace tenure::cli
