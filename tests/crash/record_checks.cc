#include <fmt/format.h>

#include <map>
#include <set>

#include "tests/crash/checker.h"
#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

/// The arrows of docs/job_states.md; "" is the beginning.
const std::map<std::string, std::set<std::string>>& arrows() {
  static const std::map<std::string, std::set<std::string>> all = {
      {"", {"scheduled", "awaiting_approval", "pending"}},
      {"scheduled", {"awaiting_approval", "pending", "cancelled"}},
      {"awaiting_approval", {"pending", "held", "cancelled"}},
      {"pending", {"running", "held", "cancelled"}},
      {"running", {"verifying", "compensating", "failed", "held", "awaiting_approval", "cancelled"}},
      {"verifying", {"completed", "compensating", "failed", "held"}},
      {"held", {"awaiting_approval", "pending", "running", "verifying", "compensating", "cancelled"}},
      {"compensating", {"rolled_back", "compensation_failed"}},
      {"completed", {"compensating"}},
      {"failed", {"pending"}},
      {"compensation_failed", {"compensating"}}};
  return all;
}

Problems problems_of_states(PlainSql& control, const std::string& job) {
  Problems problems;
  std::string last;
  std::int64_t last_epoch = 0;
  int number = 0;
  for (const auto& row : control.rows("SELECT number, from_status, to_status, epoch FROM tenure.job_transitions "
                                      "WHERE job_id = $1 ORDER BY number",
                                      {job})) {
    const auto from = row[1].value_or("");
    const auto& to = *row[2];
    if (std::stoi(*row[0]) != ++number) problems.push_back(fmt::format("transition {} is missing", number));
    if (from != last) problems.push_back(fmt::format("goes on from \"{}\", but was \"{}\"", from, last));
    if (!arrows().contains(from) || !arrows().at(from).contains(to)) {
      problems.push_back(fmt::format("went from \"{}\" to {}", from, to));
    }
    const auto epoch = std::stoll(*row[3]);
    if (epoch < last_epoch) problems.push_back(fmt::format("{} by epoch {} after {}", to, epoch, last_epoch));
    last = to;
    last_epoch = epoch;
  }
  const auto state = control.value("SELECT status FROM tenure.deletion_jobs WHERE id = $1", {job});
  if (state != last) problems.push_back(fmt::format("is {}, but the last transition was to \"{}\"", state, last));
  return problems;
}

/// Each change of state is told once, in its order.
Problems problems_of_outbox(PlainSql& control, const std::string& job) {
  const auto told = control.value(
      "SELECT coalesce(string_agg(topic, ' ' ORDER BY number), '') FROM tenure.outbox "
      "WHERE payload ->> 'job_id' = $1 AND topic LIKE 'deletion\\_job.%'",
      {job});
  const auto happened = control.value(
      "SELECT coalesce(string_agg('deletion_job.' || to_status, ' ' ORDER BY number), '') "
      "FROM tenure.job_transitions WHERE job_id = $1::uuid",
      {job});
  if (told == happened) return {};
  return {fmt::format("the outbox tells \"{}\", but what happened is \"{}\"", told, happened)};
}

/// Once for each time the job was completed.
Problems problems_of_completion(PlainSql& control, const std::string& job) {
  const auto told = control.value(
      "SELECT count(*) FROM tenure.outbox WHERE payload ->> 'job_id' = $1 AND topic = 'tenant.deleted'", {job});
  const auto happened = control.value(
      "SELECT count(*) FROM tenure.job_transitions WHERE job_id = $1::uuid AND to_status = 'completed'", {job});
  if (told == happened) return {};
  return {fmt::format("tenant.deleted is told {} times, completed {} times", told, happened)};
}

/// Steps are done when the job is completed, taken back when it is rolled back, and left alone from then on.
Problems problems_of_steps(PlainSql& control, const std::string& job) {
  Problems problems;
  for (const auto& row :
       control.rows("SELECT s.service, s.state, j.status, s.completed_at > j.completed_at "
                    "FROM tenure.deletion_steps AS s JOIN tenure.deletion_jobs AS j ON j.id = s.job_id "
                    "WHERE s.job_id = $1",
                    {job})) {
    const auto& state = *row[1];
    const bool is_right = row[2] == "completed" ? state == "done" : state == "compensated" || state == "skipped";
    if (!is_right) problems.push_back(fmt::format("step {} is {} in a job that is {}", *row[0], state, *row[2]));
    if (row[3] == "t") problems.push_back(fmt::format("step {} was written after the job had ended", *row[0]));
  }
  return problems;
}

Problems problems_of_owners(PlainSql& control, const std::string& job) {
  Problems problems;
  for (const auto& row :
       control.rows("SELECT epoch, string_agg(DISTINCT actor_id, ' and ') FROM tenure.job_transitions "
                    "WHERE job_id = $1 AND actor_kind = 'worker' GROUP BY epoch "
                    "HAVING count(DISTINCT actor_id) > 1",
                    {job})) {
    problems.push_back(fmt::format("epoch {} was had by {}", *row[0], *row[1]));
  }
  return problems;
}

}  // namespace

Problems problems_of_record(const Places& places, const std::string& job) {
  PlainSql control(places.control);
  Problems problems;
  for (auto check :
       {problems_of_states, problems_of_outbox, problems_of_completion, problems_of_steps, problems_of_owners}) {
    for (auto& problem : check(control, job)) problems.push_back(std::move(problem));
  }
  return problems;
}

Problems problems_of_leases(const Places& places) {
  PlainSql control(places.control);
  Problems problems;
  for (const auto& row : control.rows("SELECT id, status FROM tenure.deletion_jobs WHERE lease_owner IS NOT NULL "
                                      "AND completed_at IS NOT NULL")) {
    problems.push_back(fmt::format("job {} is {} and still leased", *row[0], *row[1]));
  }
  for (const auto& row : control.rows("SELECT tenant_id, count(*) FROM tenure.deletion_jobs WHERE completed_at IS NULL "
                                      "GROUP BY tenant_id HAVING count(*) > 1")) {
    problems.push_back(fmt::format("tenant {} has {} open jobs", row[0].value_or("none"), *row[1]));
  }
  return problems;
}

}  // namespace tenure::crash
