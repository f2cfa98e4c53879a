#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "base/error.h"
#include "base/ids.h"
#include "cli/backend.h"
#include "cli/command_table.h"
#include "cli/estate_databases.h"
#include "cli/print.h"
#include "cli/text.h"
#include "reports/signed_file.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (!file) throw Error(ErrorCode::unavailable, path + ": cannot be written");
}

int report(const Options& options) {
  const auto job = JobId::parse(options.job);
  if (options.pdf && options.json) throw Error(ErrorCode::invalid_argument, "--pdf and --json: give one of them");
  if (options.pdf && options.file.empty() && ::isatty(STDOUT_FILENO) == 1) {
    throw Error(ErrorCode::invalid_argument, "--output: missing; a PDF is nothing for a terminal");
  }
  const auto path =
      fmt::format("/api/v1/auth/deletion-jobs/{}/report?format={}", job.str(), options.pdf ? "pdf" : "json");
  const auto bytes = make_backend(options)->download(path);
  if (options.file.empty()) {
    std::cout << bytes << std::flush;
  } else {
    write_file(options.file, bytes);
  }
  return 0;
}

std::string verified_text(const json& body) {
  const auto& said = body.at("report");
  const bool is_certificate = text_or(said, "document", "") == "certificate";
  return fmt::format("{} of {} {}\n  job {}, {} {}, as of {}\n  signed by key {}, and unchanged since\n",
                     is_certificate ? "Certificate of erasure" : "Deletion report",
                     text_or(said.at("subject"), "kind", ""), text_or(said.at("subject"), "id", ""),
                     text_or(said, "job_id", ""), text_or(said, "status", ""), text_or(said, "ended_at", ""),
                     text_or(said, "as_of", ""), text_or(body, "key_id", ""));
}

int verify(const Options& options) {
  const auto key = signing::PublicKey::from_pem(read_file(options.key), options.key);
  const auto file = read_file(options.file);
  try {
    print(options, {{"key_id", key.id()}, {"report", reports::open_signed(file, key)}}, verified_text);
  } catch (Error& error) {
    throw std::move(error.in(options.file));
  }
  return 0;
}

}  // namespace

void add_report_commands(CommandTable& table) {
  auto& options = table.options();
  auto& reported = table.add_with_backend(
      table.root(), "report", "What a deletion job that has ended did, as a signed file: JSON, or PDF", &report);
  reported.add_option("job", options.job, "The job's UUID")->required();
  reported.add_flag("--pdf", options.pdf, "A document to read");
  reported.add_option("-o,--output", options.file, "Where to write it; standard output by default");

  auto& verified =
      table.add(table.root(), "verify",
                "Whether a report is as it was signed; needs no estate, no database and no network", &verify);
  verified.add_option("file", options.file, "The report, JSON or PDF")->required();
  verified.add_option("--key", options.key, "A file with the public key, as `tenure key evidence` prints it")
      ->required();
  table.add_json(verified);
}

}  // namespace tenure::cli
