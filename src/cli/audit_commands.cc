#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "audit/checkpoint.h"
#include "audit/verification.h"
#include "base/error.h"
#include "base/ids.h"
#include "cli/assembly.h"
#include "cli/command_table.h"
#include "cli/print.h"
#include "cli/request.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

// A million entries are read in seconds; a slow network has its time as well.
constexpr Milliseconds kReadTimeout{std::chrono::hours(1)};

std::string list_text(const json& body) {
  Table table({{"entry", Align::right}, {"when"}, {"what"}, {"who"}, {"job"}, {"tenant"}});
  for (const auto& entry : body.at("entries")) {
    table.add({std::to_string(entry.at("sequence").get<std::int64_t>()), text_or(entry, "at", ""),
               text_or(entry, "action", ""), text_or(entry, "actor", ""), text_or(entry, "job_id", "–"),
               text_or(entry, "tenant", "–").substr(0, 12)});
  }
  return table.text() + next_page_text(body);
}

int list(const Options& options) {
  auto path = page_path(options, "/api/v1/audit");
  if (!options.tenant.empty()) path += "&tenant_id=" + TenantId::parse(options.tenant).str();
  if (!options.job.empty()) path += "&job_id=" + JobId::parse(options.job).str();
  if (options.at) path += "&since=" + query_value(*options.at);
  return send_and_print(options, "GET", path, nullptr, list_text);
}

int checkpoint(const Options& options) {
  Assembly assembly(assembly_settings(options));
  assembly.install_control_schema();
  assembly.install_tenancy_schema();
  const auto made = assembly.audit().checkpoint(Call::within(kReadTimeout));
  if (!made) throw Error(ErrorCode::not_found, "the audit log has no entry yet");
  const auto line = audit::to_json_text(*made) + "\n";
  if (options.file.empty()) {
    std::cout << line;
    return 0;
  }
  std::ofstream file(options.file, std::ios::app);
  file << line;
  if (!file.flush()) throw Error(ErrorCode::unavailable, options.file + ": cannot be written");
  return 0;
}

std::string verification_text(const json& body) {
  const auto entries = body.at("entries").get<std::int64_t>();
  const auto covered = body.at("covered").get<std::int64_t>();
  if (!body.at("fault").is_null()) {
    return fmt::format("The audit log is not what was written, from entry {} on: {}.\n",
                       body.at("first_wrong").get<std::int64_t>(), body.at("fault").get<std::string>());
  }
  return fmt::format("{} entries follow one from the other; a checkpoint vouches for {}.\n", entries,
                     covered == 0 ? "none of them" : fmt::format("those up to {}", covered));
}

json to_json(const audit::Verification& found) {
  return {{"good", found.is_good()},
          {"entries", found.head.sequence},
          {"hash", found.head.hash},
          {"covered", found.covered},
          {"first_wrong", found.fault ? json(found.fault->sequence) : json()},
          {"fault", found.fault ? json(found.fault->what) : json()}};
}

int verify(const Options& options) {
  Assembly assembly(assembly_settings(options));
  std::vector<audit::Checkpoint> elsewhere;
  if (!options.checkpoint.empty())
    elsewhere = audit::parse_checkpoints(read_file(options.checkpoint), options.checkpoint);
  std::vector<signing::PublicKey> keys;
  for (const auto& file : options.keys) keys.push_back(signing::PublicKey::from_pem(read_file(file), file));
  if (keys.empty()) keys.push_back(assembly.evidence_key().public_key());
  const auto found = audit::verify(assembly.control(), elsewhere, keys, Call::within(kReadTimeout));
  print(options, to_json(found), verification_text);
  return found.is_good() ? 0 : 1;
}

}  // namespace

void add_audit_commands(CommandTable& table) {
  auto& options = table.options();
  auto& audit =
      CommandTable::add_group(table.root(), "audit", "The audit log: who did what, and that nobody changed it");
  auto& listed = table.add_with_backend(audit, "list", "Its entries, the newest first", &list);
  listed.add_option("--tenant", options.tenant, "Only of this tenant");
  listed.add_option("--job", options.job, "Only of this job");
  listed.add_option("--since", options.at, "Only from this time on, such as 2026-03-01T00:00:00Z");
  table.add_page(listed);

  auto& signed_head =
      table.add_on_estate(audit, "checkpoint", "Sign how far it goes; to be kept elsewhere", &checkpoint);
  signed_head.add_option("--out", options.file, "Append it to this file instead of printing it");

  auto& verified = table.add_on_estate(
      audit, "verify", "Find any change, removal, insertion or reordering; exit status 1 when there is one", &verify);
  verified.add_option("--checkpoint", options.checkpoint, "A file with checkpoints that were kept elsewhere");
  verified.add_option("--key", options.keys,
                      "A public key in PEM that signed them; repeatable; the estate's by default");
  table.add_json(verified);
}

}  // namespace tenure::cli
