#include "cli/migration_text.h"

#include <fmt/format.h>

#include <map>

#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kShownSchemas = 20;

json record_to_json(const schemas::SchemaRecord& record, int to) {
  return {{"schema", record.name}, {"kind", to_string(record.kind)}, {"from", record.version}, {"to", to}};
}

std::string range_of(std::int64_t from, std::int64_t to) {
  if (to <= from) return "nothing";
  return to == from + 1 ? fmt::format("{:04}", to) : fmt::format("{:04} to {:04}", from + 1, to);
}

/// Schemas that lack the same migrations, on one line.
std::string scope_text(const char* scope, const json& list) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::string>> alike;
  for (const auto& one : list) alike[{one.at("from"), one.at("to")}].push_back(one.at("schema"));
  std::string text;
  for (const auto& [range, names] : alike) {
    const auto what = range_of(range.first, range.second);
    auto who = names.size() == 1
                   ? printable(names.front())
                   : fmt::format("{} schemas, {} among them", grouped(static_cast<std::int64_t>(names.size())),
                                 printable(names.front()));
    text += fmt::format("  {:<7} {:<16} for {}\n", scope, what, who);
  }
  return text;
}

std::string line_of(const json& schema) {
  auto text = fmt::format("  {:<12} {:<32} {}", text_or(schema, "outcome", ""), text_or(schema, "schema", ""),
                          range_of(schema.at("from"), schema.at("to")));
  if (const auto why = text_or(schema, "why", ""); !why.empty()) text += "\n      " + why;
  for (const auto& note : schema.value("notes", json::array())) text += "\n      " + printable(note.get<std::string>());
  return text + "\n";
}

/// What went wrong is always shown; of what went well only so much as a person reads.
std::string schemas_text(const json& list) {
  std::string text;
  std::size_t shown = 0;
  std::size_t hidden = 0;
  for (const auto& schema : list) {
    const bool is_plain = !schema.contains("why") && !schema.contains("notes");
    if (is_plain && shown >= kShownSchemas) {
      ++hidden;
      continue;
    }
    if (is_plain) ++shown;
    text += line_of(schema);
  }
  if (hidden > 0) text += fmt::format("  … and {} more like them\n", grouped(static_cast<std::int64_t>(hidden)));
  return text;
}

}  // namespace

json plan_to_json(const schemas::MigratorSettings& settings, const schemas::MigrationPlan& plan) {
  json shared = json::array();
  json tenant = json::array();
  for (const auto& record : plan.shared.behind) shared.push_back(record_to_json(record, settings.shared.last()));
  for (const auto& record : plan.tenant.behind) tenant.push_back(record_to_json(record, settings.tenant.last()));
  return {{"schemas", plan.shared.total + plan.tenant.total},
          {"behind", plan.behind()},
          {"shared", std::move(shared)},
          {"tenant", std::move(tenant)}};
}

json run_to_json(const schemas::RunReport& report) {
  using schemas::SchemaOutcome;
  json body{{"outcome", to_string(report.outcome)}, {"up_to_date", report.up_to_date}, {"duration", report.seconds}};
  if (report.run) body["run_id"] = *report.run;
  for (const auto outcome :
       {SchemaOutcome::applied, SchemaOutcome::faked, SchemaOutcome::tried, SchemaOutcome::current,
        SchemaOutcome::failed, SchemaOutcome::not_reached, SchemaOutcome::rolled_back, SchemaOutcome::left}) {
    body[std::string(to_string(outcome))] = report.count(outcome);
  }
  auto& list = body["schemas"] = json::array();
  for (const auto& schema : report.schemas) {
    json one{{"schema", schema.schema.name},
             {"kind", to_string(schema.schema.kind)},
             {"scope", to_string(schema.scope)},
             {"outcome", to_string(schema.outcome)},
             {"from", schema.from},
             {"to", schema.to},
             {"duration", schema.seconds}};
    if (schema.schema.tenant) one["tenant_id"] = schema.schema.tenant->str();
    if (!schema.why.empty()) one["why"] = schema.why;
    if (!schema.notes.empty()) one["notes"] = schema.notes;
    list.push_back(std::move(one));
  }
  return body;
}

std::string migration_plan_text(const json& body) {
  std::string text;
  for (const auto& [service, plan] : body.at("services").items()) {
    text += fmt::format("{}: {} of {} schemas behind\n", printable(service), grouped(number_of(plan, "behind")),
                        grouped(number_of(plan, "schemas")));
    text += scope_text("shared", plan.at("shared")) + scope_text("tenant", plan.at("tenant"));
  }
  return text;
}

std::string migration_run_text(const json& body) {
  std::string text;
  for (const auto& [service, run] : body.at("services").items()) {
    text += fmt::format("{}: {}\n", printable(service), text_or(run, "outcome", ""));
    text += schemas_text(run.at("schemas"));
    text += fmt::format("  {} applied, {} up to date", grouped(number_of(run, "applied")),
                        grouped(number_of(run, "up_to_date") + number_of(run, "current")));
    for (const auto* rare : {"faked", "tried", "failed", "rolled_back", "left", "not_reached"}) {
      if (const auto count = number_of(run, rare); count > 0) text += fmt::format(", {} {}", grouped(count), rare);
    }
    text += fmt::format(", {:.3f} s\n", run.at("duration").get<double>());
  }
  return text;
}

}  // namespace tenure::cli
