#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/migrated_services.h"
#include "cli/print.h"
#include "cli/text.h"
#include "schemas/drift/drift.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 30;

json group_to_json(const schemas::DriftGroup& group) {
  json one{{"schemas", group.schemas},
           {"version", group.version},
           {"is_behind", group.is_behind},
           {"differences", json::array()}};
  for (const auto& difference : group.differences) {
    json shown{{"what", to_string(difference.what)}, {"kind", difference.kind}, {"name", difference.name}};
    if (difference.what != schemas::DifferenceKind::missing) shown["here"] = difference.here;
    if (difference.what != schemas::DifferenceKind::added) shown["reference"] = difference.reference;
    one["differences"].push_back(std::move(shown));
  }
  return one;
}

json report_to_json(const schemas::DriftReport& report) {
  json groups = json::array();
  for (const auto& group : report.groups) groups.push_back(group_to_json(group));
  return {{"reference", report.reference},   {"version", report.version},   {"schemas", report.schemas},
          {"has_drift", report.has_drift()}, {"groups", std::move(groups)}, {"removed", report.removed},
          {"created", report.created},       {"dropping", report.dropping}};
}

std::string names_text(const json& names) {
  const auto first = printable(names.front().get<std::string>());
  if (names.size() == 1) return first;
  return fmt::format("{} schemas, {} among them", grouped(static_cast<std::int64_t>(names.size())), first);
}

std::string difference_text(const json& difference) {
  const auto what = text_or(difference, "what", "");
  auto text = fmt::format("    {:<9} {} {}\n", what, text_or(difference, "kind", ""),
                          printable(text_or(difference, "name", "")));
  if (what == "different") {
    text += fmt::format("        here:      {}\n        reference: {}\n", printable(text_or(difference, "here", "")),
                        printable(text_or(difference, "reference", "")));
  }
  return text;
}

std::string group_text(const json& group, const std::string& reference, std::int64_t version) {
  const auto& differences = group.at("differences");
  const auto at = number_of(group, "version");
  const auto state = at == version ? std::string() : fmt::format(", at version {} of {}", at, version);
  if (differences.empty()) return fmt::format("  like {}{}: {}\n", reference, state, names_text(group.at("schemas")));
  auto text = fmt::format("  {} in {} objects{}: {}\n", group.value("is_behind", false) ? "behind" : "differ",
                          differences.size(), state, names_text(group.at("schemas")));
  for (std::size_t shown = 0; shown < std::min(kShown, differences.size()); ++shown) {
    text += difference_text(differences[shown]);
  }
  if (differences.size() > kShown) text += fmt::format("    … and {} more\n", differences.size() - kShown);
  return text;
}

std::string list_text(const json& names, const char* what) {
  std::string text;
  for (const auto& name : names) text += fmt::format("  {}: {}\n", what, printable(name.get<std::string>()));
  return text;
}

std::string diff_text(const json& body) {
  std::string text;
  for (const auto& [service, report] : body.at("services").items()) {
    text += fmt::format("{}: {} schemas compared with {}\n", printable(service), grouped(number_of(report, "schemas")),
                        text_or(report, "reference", ""));
    for (const auto& group : report.at("groups")) {
      text += group_text(group, text_or(report, "reference", ""), number_of(report, "version"));
    }
    text += list_text(report.at("removed"), "in the registry, and not in the database");
    text += list_text(report.at("created"), "in the database, and not in the registry");
    text += list_text(report.at("dropping"), "an erasure is in the middle of it");
  }
  return text;
}

}  // namespace

int diff_schemas(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  json body{{"services", json::object()}};
  bool has_drift = false;
  for (const auto* service : services_with_schemas(databases.estate(), options)) {
    const auto& database = std::get<estate::Database>(service->source);
    const auto report =
        schemas::find_drift(databases.of(*service, database), database.schemas, options.migrate.schema.value_or(""));
    has_drift = has_drift || report.has_drift();
    body["services"][service->name] = report_to_json(report);
  }
  print(options, body, diff_text);
  return has_drift ? 1 : 0;
}

}  // namespace tenure::cli
