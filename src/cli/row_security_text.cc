#include "cli/row_security_text.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

json audit_to_json(const row_security::ServiceAudit& audit) {
  json gaps = json::array();
  for (const auto& gap : audit.gaps) {
    gaps.push_back({{"code", to_string(gap.code)}, {"table", gap.table}, {"what", gap.what}, {"remedy", gap.remedy}});
  }
  json untried = json::array();
  for (const auto& one : audit.untried) untried.push_back({{"table", one.table}, {"why", one.why}});
  return {{"role", audit.expected.role}, {"setting", audit.expected.setting}, {"tables", audit.tables},
          {"probed", audit.probed},      {"gaps", std::move(gaps)},           {"untried", std::move(untried)}};
}

std::string gap_text(const json& gap) {
  const auto table = text_or(gap, "table", "");
  return fmt::format("  {}{}{}\n      {}\n", table, table.empty() ? "" : ": ", text_or(gap, "what", ""),
                     text_or(gap, "remedy", ""));
}

}  // namespace

json row_security_to_json(const std::vector<row_security::ServiceAudit>& audits, const estate::Estate& estate) {
  json body{{"success", true}, {"services", json::object()}, {"not_enforced", json::array()}};
  for (const auto& audit : audits) {
    body["services"][audit.service] = audit_to_json(audit);
    if (!audit.gaps.empty()) body["success"] = false;
  }
  for (const auto& service : estate.services) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    const bool shares_tables = database != nullptr && database->isolation.model == estate::IsolationModel::rows;
    if (shares_tables && !database->isolation.row_security) body["not_enforced"].push_back(service.name);
  }
  return body;
}

std::string row_security_text(const json& body) {
  std::string text;
  for (const auto& [service, audit] : body.at("services").items()) {
    const auto& gaps = audit.at("gaps");
    text +=
        fmt::format("{}: {} of {} tables tried as {}, {}\n", printable(service), grouped(number_of(audit, "probed")),
                    grouped(number_of(audit, "tables")), text_or(audit, "role", ""),
                    gaps.empty() ? "no gap" : fmt::format("{} gap{}", gaps.size(), gaps.size() == 1 ? "" : "s"));
    for (const auto& gap : gaps) text += gap_text(gap);
    for (const auto& one : audit.at("untried")) {
      text += fmt::format("  not tried: {}: {}\n", text_or(one, "table", ""), text_or(one, "why", ""));
    }
  }
  for (const auto& service : body.at("not_enforced")) {
    text += fmt::format("{}: not audited; it has no isolation.row_security in the estate file\n",
                        printable(service.get<std::string>()));
  }
  return text;
}

}  // namespace tenure::cli
