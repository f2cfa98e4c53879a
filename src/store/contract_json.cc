#include "store/contract_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace tenure::store {
namespace {

using nlohmann::json;

std::string id_key(const Subject& subject) { return kind_of(subject) == SubjectKind::tenant ? "tenant_id" : "user_id"; }

Error unreadable(std::string_view field, std::string_view why) {
  return Error(ErrorCode::corrupt, fmt::format("answer of the service: {}: {}", field, why));
}

Counts counts_from(const json& body, const char* field, bool is_required) {
  Counts counts;
  const auto found = body.find(field);
  if (found == body.end()) {
    if (is_required) throw unreadable(field, "is missing");
    return counts;
  }
  if (!found->is_object()) throw unreadable(field, "is not an object");
  for (const auto& [table, count] : found->items()) {
    if (!count.is_number_integer() || count.get<std::int64_t>() < 0) {
      throw unreadable(field, "a count is not a whole number");
    }
    counts[table] = count.get<std::int64_t>();
  }
  return counts;
}

std::string text_from(const json& body, const char* field) {
  const auto found = body.find(field);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

using Reasons = std::map<std::string, std::string>;

json kept_to_json(const Reasons& reasons, const Counts& counts) {
  json kept = json::object();
  for (const auto& [table, reason] : reasons) {
    const auto count = counts.find(table);
    kept[table] = {{"reason", reason}, {"rows", count == counts.end() ? json() : json(count->second)}};
  }
  return kept;
}

void read_kept(const json& body, Reasons& reasons, Counts& counts) {
  const auto kept = body.find("kept");
  if (kept == body.end() || !kept->is_object()) return;
  for (const auto& [table, what] : kept->items()) {
    if (!what.is_object()) throw unreadable("kept", "an entry is not an object");
    reasons[table] = text_from(what, "reason");
    if (const auto rows = what.find("rows"); rows != what.end() && rows->is_number_integer()) {
      counts[table] = rows->get<std::int64_t>();
    }
  }
}

}  // namespace

json preview_to_json(const std::string& service, const Subject& subject, const Preview& preview) {
  json outside = json::array();
  for (const auto& rows : preview.outside_rows) {
    outside.push_back({{"table", rows.table},
                       {"key", rows.key},
                       {"parent", rows.parent},
                       {"rows", rows.rows},
                       {"rule", rows.rule.empty() ? json() : json(rows.rule)}});
  }
  return {{id_key(subject), id_of(subject)},          {"service", service},
          {"data_counts", preview.data_counts},       {"total_items", total_of(preview.data_counts)},
          {"changed_counts", preview.changed_counts}, {"kept", kept_to_json(preview.kept_reasons, preview.kept_counts)},
          {"outside_rows", std::move(outside)},       {"plan_digest", preview.plan_digest}};
}

Preview preview_from_json(const json& body) {
  if (!body.is_object()) throw unreadable("body", "is not an object");
  Preview preview;
  preview.data_counts = counts_from(body, "data_counts", true);
  preview.changed_counts = counts_from(body, "changed_counts", false);
  preview.plan_digest = text_from(body, "plan_digest");
  read_kept(body, preview.kept_reasons, preview.kept_counts);
  if (const auto outside = body.find("outside_rows"); outside != body.end() && outside->is_array()) {
    for (const auto& rows : *outside) {
      if (!rows.is_object() || !rows.contains("rows") || !rows["rows"].is_number_integer()) {
        throw unreadable("outside_rows", "an entry has no count");
      }
      preview.outside_rows.push_back({text_from(rows, "table"), text_from(rows, "key"), text_from(rows, "parent"),
                                      rows["rows"].get<std::int64_t>(), text_from(rows, "rule")});
    }
  }
  return preview;
}

json result_to_json(const DeletionResult& result) {
  const std::string what = kind_of(result.subject) == SubjectKind::tenant ? "tenant" : "user";
  const std::string message = result.success ? fmt::format("{}: the {}'s data is deleted", result.service, what)
                                             : fmt::format("{}: the deletion failed", result.service);
  return {{"message", message},
          {"summary",
           {{id_key(result.subject), id_of(result.subject)},
            {"service", result.service},
            {"success", result.success},
            {"deleted_counts", result.deleted_counts},
            {"total_deleted", total_of(result.deleted_counts)},
            {"changed_counts", result.changed_counts},
            {"errors", result.errors},
            {"digest", result.digest},
            {"started_at", to_rfc3339(result.started_at)},
            {"completed_at", to_rfc3339(result.completed_at)}}}};
}

Erasure erasure_from_json(const json& body) {
  if (!body.is_object() || !body.contains("summary") || !body["summary"].is_object()) {
    throw unreadable("summary", "is missing");
  }
  const auto& summary = body["summary"];
  const auto success = summary.find("success");
  if (success == summary.end() || !success->is_boolean()) throw unreadable("summary.success", "is not a boolean");
  if (!success->get<bool>()) {
    // A Tenure answers a failure with an error: these are a stranger's texts, which may quote a row.
    throw Error(ErrorCode::unavailable,
                "the service reported a failure; why is in its own log, under the same trace id", Retry::later);
  }
  return {.deleted_counts = counts_from(summary, "deleted_counts", true),
          .changed_counts = counts_from(summary, "changed_counts", false),
          .digest = text_from(summary, "digest")};
}

json residue_to_json(const std::string& service, const Subject& subject, const Residue& residue) {
  return {{id_key(subject), id_of(subject)},
          {"service", service},
          {"rows_left", residue.rows_left},
          {"orphans", residue.orphans},
          {"kept", kept_to_json(residue.kept_reasons, residue.kept_counts)}};
}

Residue residue_from_json(const json& body) {
  if (!body.is_object()) throw unreadable("body", "is not an object");
  Residue residue{.rows_left = counts_from(body, "rows_left", true), .orphans = counts_from(body, "orphans", false)};
  read_kept(body, residue.kept_reasons, residue.kept_counts);
  return residue;
}

json restoration_to_json(const std::string& service, const Subject& subject, const Restoration& restoration) {
  const std::string what = kind_of(subject) == SubjectKind::tenant ? "tenant" : "user";
  return {{"message", fmt::format("{}: the {}'s data is back", service, what)},
          {id_key(subject), id_of(subject)},
          {"service", service},
          {"restored_counts", restoration.restored_counts},
          {"total_restored", total_of(restoration.restored_counts)},
          {"reverted_counts", restoration.reverted_counts}};
}

Restoration restoration_from_json(const json& body) {
  if (!body.is_object()) throw unreadable("body", "is not an object");
  return {.restored_counts = counts_from(body, "restored_counts", true),
          .reverted_counts = counts_from(body, "reverted_counts", true)};
}

}  // namespace tenure::store
