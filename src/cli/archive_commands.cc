#include <fmt/format.h>

#include <iostream>

#include "archive/keys.h"
#include "base/error.h"
#include "cli/assembly.h"
#include "cli/command_table.h"
#include "cli/confirmation.h"
#include "cli/print.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr int kBatch = 500;

/// The estate, whose control database is up to date. @throws Error(invalid_argument) for one without an archive.
class ArchivedEstate {
 public:
  explicit ArchivedEstate(const Options& options)
      : assembly_({.estate_file = options.estate, .embedded = options.embedded, .state = options.state}) {
    if (!assembly_.estate().archive) {
      throw Error(ErrorCode::invalid_argument, options.estate + ": there is no section `archive`");
    }
    assembly_.install_control_schema();
  }
  Assembly* operator->() { return &assembly_; }

 private:
  Assembly assembly_;
};

std::string errors_text(const json& body) {
  std::string text;
  for (const auto& error : body.value("errors", json::array())) {
    text += fmt::format("  {}\n", printable(error.get_ref<const std::string&>()));
  }
  return text;
}

std::string shredded_text(const json& body) {
  std::string text;
  for (const auto& job : body.at("shredded"))
    text += fmt::format("destroyed the archive of job {}\n", job.get<std::string>());
  if (text.empty()) text = "no archive is due\n";
  return text + errors_text(body);
}

std::string rewrapped_text(const json& body) {
  return fmt::format("{} keys rewrapped under {}, {} were already\n{}", grouped(number_of(body, "rewrapped")),
                     text_or(body, "key_id", ""), grouped(number_of(body, "current")), errors_text(body));
}

int end(const Options& options, const json& body, ToText to_text) {
  print(options, body, to_text);
  return body.at("errors").empty() ? 0 : 1;
}

int keygen(const Options& options) {
  std::cout << archive::KeyRing::generate(options.key).reveal() << "\n";
  return 0;
}

int shred_one(const Options& options, ArchivedEstate& estate) {
  const auto job = JobId::parse(options.job);
  require_confirmation(options, {.stake = "What the job has deleted cannot be restored after this. ",
                                 .purpose = "destroy its archive",
                                 .what = "the job's id",
                                 .accepted = {job.str()}});
  estate->archive_sweep()->shred(job, jobs::Actor::command());
  return end(options, {{"shredded", {job.str()}}, {"errors", json::array()}}, shredded_text);
}

int shred(const Options& options) {
  ArchivedEstate estate(options);
  if (!options.job.empty()) return shred_one(options, estate);
  const auto outcome = estate->archive_sweep()->sweep();
  json jobs = json::array();
  for (const auto& job : outcome.shredded) jobs.push_back(job.str());
  return end(options, {{"shredded", std::move(jobs)}, {"errors", outcome.errors}}, shredded_text);
}

int rewrap(const Options& options) {
  ArchivedEstate estate(options);
  const auto& ring = estate->vault()->keys();
  std::int64_t rewrapped = 0;
  std::int64_t current = 0;
  std::vector<std::string> errors;
  std::optional<JobId> after;
  for (;;) {
    const auto batch = estate->kept_archives().keys(after, kBatch);
    for (const auto& [job, text] : batch) {
      const archive::WrappedKey wrapped{text};
      try {
        if (ring.is_current(wrapped)) {
          ++current;
        } else if (estate->kept_archives().replace_key(job, text, ring.rewrap(wrapped, job).text)) {
          ++rewrapped;
        }
      } catch (const Error& error) {
        errors.push_back(fmt::format("job {}: {}", job.str(), error.what()));
      }
    }
    if (std::ssize(batch) < kBatch) break;
    after = batch.back().job;
  }
  return end(options,
             {{"key_id", ring.current_id()}, {"rewrapped", rewrapped}, {"current", current}, {"errors", errors}},
             rewrapped_text);
}

}  // namespace

void add_archive_commands(CommandTable& table) {
  auto& options = table.options();
  auto& archive = CommandTable::add_group(table.root(), "archive", "What erasures keep until their retention ends");
  auto& generated =
      table.add(archive, "keygen", "Print a new key, as archive.keys of the estate file wants it", &keygen);
  generated.add_option("id", options.key, "A name for it, such as 2026-11: 1 to 63 of a-z, A-Z, 0-9, _ and -")
      ->required();
  auto& shredded =
      table.add_on_estate(archive, "shred", "Destroy the archives whose retention is over, or one at once", &shred);
  shredded.add_option("job", options.job, "The job's UUID, to destroy its archive before its time");
  table.add_confirm(shredded, "The job's id");
  table.add_json(shredded);
  table.add_json(table.add_on_estate(
      archive, "rewrap", "Move all data keys to the first key of the ring, so that others can go", &rewrap));
}

}  // namespace tenure::cli
