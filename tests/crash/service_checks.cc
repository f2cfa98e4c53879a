#include <fmt/format.h>

#include "tests/crash/checker.h"
#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

/// Each query lists what is wrong in one service's database, as a text.
constexpr const char* kQueries[] = {
    // The fence of a subject is as high as the highest epoch that had an effect.
    "SELECT format('receipt %s is of epoch %s, the fence is at %s', r.receipt_key, r.epoch, f.epoch) "
    "FROM tenure.receipts AS r LEFT JOIN tenure.fences AS f USING (subject_kind, subject_id) "
    "WHERE r.job_id IS NOT NULL AND (f.epoch IS NULL OR f.epoch < r.epoch)",
    "SELECT format('receipt %s of epoch %s was written although the fence was at %s', r.receipt_key, r.epoch, f.epoch) "
    "FROM tenure.receipts AS r JOIN tenure.fences AS f USING (subject_kind, subject_id) "
    "WHERE r.job_id IS NOT NULL AND r.epoch < f.epoch AND r.created_at >= f.set_at",
    "SELECT format('what epoch %s erased was restored by epoch %s, which keeps no late call of it out', e.epoch, "
    "r.epoch) "
    "FROM tenure.restorations AS r JOIN tenure.receipts AS e USING (job_id) WHERE r.epoch <= e.epoch",
    "SELECT format('%s files of %s still have to go', count(*), receipt_key) FROM tenure.pending_files "
    "GROUP BY receipt_key",
    "SELECT format('transaction %s is prepared and nobody decides on it', gid) FROM pg_prepared_xacts "
    "WHERE database = current_database()"};

/// The record's receipt is younger than the count of everything else.
Problems problems_of_record_order(PlainSql& control, const Places& places, const std::string& job) {
  const auto counted =
      control.value("SELECT max(at) FROM tenure.job_transitions WHERE job_id = $1 AND to_status = 'verifying'", {job});
  PlainSql record(places.databases.at(places.record));
  if (record.value("SELECT to_regclass('tenure.receipts')") == "NULL") return {};
  const auto is_early = record.value(
      "SELECT count(*) FROM tenure.receipts WHERE job_id = $1 AND ($2 = 'NULL' OR created_at < nullif($2, "
      "'NULL')::timestamptz)",
      {job, counted});
  if (is_early == "0") return {};
  return {"the tenant record was erased before everything was counted again"};
}

Problems problems_of_commit(PlainSql& control, const Places& places, const std::string& job) {
  Problems problems;
  for (const auto& row : control.rows("SELECT service, epoch FROM tenure.commit_decisions, unnest(services) AS service "
                                      "WHERE job_id = $1",
                                      {job})) {
    const auto epoch =
        PlainSql(places.databases.at(*row[0])).value("SELECT max(epoch) FROM tenure.receipts WHERE job_id = $1", {job});
    if (epoch == *row[1]) continue;
    problems.push_back(fmt::format("{} was decided on in epoch {} and erased in epoch {}", *row[0], *row[1], epoch));
  }
  return problems;
}

}  // namespace

Problems problems_of_order(const Places& places, const std::string& job) {
  PlainSql control(places.control);
  auto problems = problems_of_record_order(control, places, job);
  for (auto& problem : problems_of_commit(control, places, job)) problems.push_back(std::move(problem));
  return problems;
}

Problems problems_of_services(const Places& places) {
  Problems problems;
  for (const auto& [service, url] : places.databases) {
    PlainSql database(url);
    if (database.value("SELECT to_regclass('tenure.receipts')") == "NULL") continue;
    for (const auto* query : kQueries) {
      for (const auto& row : database.rows(query)) problems.push_back(fmt::format("{}: {}", service, *row[0]));
    }
  }
  return problems;
}

}  // namespace tenure::crash
