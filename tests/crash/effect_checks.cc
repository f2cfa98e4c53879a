#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/crash/checker.h"
#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

namespace fs = std::filesystem;

/// Where the rows are that a job counts under this name: a table, a table's files, or a folder's.
std::string place_of(const Holdings& before, const std::string& service, const std::string& label) {
  if (label == "files" || label.find('.') != std::string::npos) return service + "/files";
  for (const auto& [place, rows] : before) {
    if (place.starts_with(service + "/") && place.ends_with("." + label)) return place;
  }
  return service + "/" + label;
}

/// Each step has counted what was there, and nothing that was there is uncounted.
Problems problems_of_counts(PlainSql& control, const std::string& job, const Holdings& before) {
  Problems problems;
  Holdings uncounted = before;
  for (const auto& row : control.rows("SELECT s.service, c.key, c.value::bigint FROM tenure.deletion_steps AS s, "
                                      "jsonb_each_text(s.deleted_counts) AS c WHERE s.job_id = $1",
                                      {job})) {
    const auto place = place_of(before, *row[0], *row[1]);
    const int expected = count_in(before, place);
    if (std::stoi(*row[2]) != expected) {
      problems.push_back(fmt::format("counted {} of {}, where {} were", *row[2], place, expected));
    }
    uncounted.erase(place);
  }
  for (const auto& [place, rows] : uncounted) problems.push_back("counted nothing of " + place);
  const auto total = control.value("SELECT total_items_deleted FROM tenure.deletion_jobs WHERE id = $1", {job});
  if (total != std::to_string(total_of(before))) {
    problems.push_back(fmt::format("counted {} in all, where {} were", total, total_of(before)));
  }
  return problems;
}

}  // namespace

Problems problems_of_effect(const Places& places, const std::string& job, const Holdings& before) {
  PlainSql control(places.control);
  const auto job_row = control.rows("SELECT tenant_id, status FROM tenure.deletion_jobs WHERE id = $1", {job}).at(0);
  const auto now = holdings_of(places, {*job_row[0]});
  const auto& state = *job_row[1];
  if (state == "completed") {
    auto problems = differences({}, now);
    for (auto& problem : problems_of_counts(control, job, before)) problems.push_back(std::move(problem));
    return problems;
  }
  if (state == "rolled_back" || state == "cancelled") return differences(before, now);
  return {"has ended " + state};
}

Problems problems_of_archive(const Places& places, const std::string& job) {
  PlainSql control(places.control);
  const auto row = control
                       .rows(
                           "SELECT archive_key IS NOT NULL, archive_shredded_at IS NOT NULL, "
                           "archive_files_removed_at IS NOT NULL, status, shred_after IS NOT NULL "
                           "FROM tenure.deletion_jobs WHERE id = $1",
                           {job})
                       .at(0);
  const bool has_key = row[0] == "t";
  const bool is_shredded = row[1] == "t";
  const bool are_files_removed = row[2] == "t";
  const auto folder = places.archives / job;
  Problems problems;
  if (has_key && is_shredded) problems.emplace_back("is shredded and has its key");
  if (are_files_removed && fs::exists(folder)) problems.emplace_back("the files are said to be gone and are there");
  if (has_key && row[3] == "completed") {
    for (const auto& [service, url] : places.databases) {
      if (!fs::exists(folder / (service + ".archive"))) problems.push_back("has a key and no file of " + service);
    }
  }
  if (!fs::exists(folder)) return problems;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    if (text.str().find("Customer 1") != std::string::npos) problems.emplace_back("can be read without a key");
  }
  return problems;
}

}  // namespace tenure::crash
