// C3: what the tables refuse, whoever writes, and how tables of earlier versions become those of this one.
#include <fstream>
#include <sstream>

#include "tests/postgres/jobs/job_store_test.h"
#include "tests/support/paths.h"

namespace tenure::jobs {
namespace {

using JobSchemaTest = JobStoreTest;

std::string read(const std::string& path) {
  std::ifstream file(std::string(TENURE_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Every column, constraint, index and trigger of schema `tenure`, in an order of its own.
std::string description_of(const test::TestDatabase& db) {
  return db.value(R"(
    select string_agg(line, e'\n' order by line)
    from (
      select concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                       pg_get_expr(d.adbin, d.adrelid)) as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'tenure'::regnamespace and c.relkind = 'r'
      union all
      select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
      from pg_constraint where connamespace = 'tenure'::regnamespace
      union all
      select indexdef from pg_indexes where schemaname = 'tenure'
      union all
      select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    ) as lines)");
}

void install(const test::TestDatabase& db) {
  auto session = db.connect();
  install_schema(session);
}

TEST_F(JobSchemaTest, TablesOfTheVersionBeforeBecomeThoseOfThisOne) {
  const test::TestDatabase old;
  old.run(read("tests/postgres/jobs/schemas/before_reversible_erasure.sql"));
  install(old);
  EXPECT_EQ(description_of(old), description_of(db_));
  install(old);
  EXPECT_EQ(description_of(old), description_of(db_));
}

// The first version knew no users.
TEST_F(JobSchemaTest, TablesOfTheFirstVersionBecomeThoseOfThisOne) {
  const test::TestDatabase old;
  old.run(read("tests/postgres/jobs/schemas/before_reversible_erasure.sql"));
  old.run(
      "drop index tenure.deletion_jobs_one_active_a_user; drop table tenure.deletion_owned_tenants; "
      "alter table tenure.deletion_jobs drop column user_id, alter column tenant_id set not null");
  install(old);
  EXPECT_EQ(description_of(old), description_of(db_));
}

TEST_F(JobSchemaTest, JobsOfTheVersionBeforeGoOn) {
  const test::TestDatabase old;
  old.run(read("tests/postgres/jobs/schemas/before_reversible_erasure.sql"));
  old.run(
      "insert into tenure.deletion_jobs (tenant_id, status, started_at, completed_at, lease_epoch, error_log, "
      "lease_owner, lease_until) values "
      "(gen_random_uuid(), 'pending', null, null, 0, '{}', null, null), "
      "(gen_random_uuid(), 'running', now(), null, 1, '{}', 'dead', now() - interval '1 second'), "
      "(gen_random_uuid(), 'verifying', now(), null, 2, '{}', 'alive', now() + interval '1 hour'), "
      "(gen_random_uuid(), 'completed', now(), now(), 1, '{}', null, null), "
      "(gen_random_uuid(), 'failed', now(), now(), 1, '{x}', null, null); "
      "insert into tenure.deletion_steps (job_id, service, position) "
      "select id, 'orders', 1 from tenure.deletion_jobs where status = 'pending'");
  install(old);
  pg::Pool pool(old.settings(), 4);
  JobStore jobs(pool);
  EXPECT_EQ(jobs.list({}).jobs.size(), 5U);
  int claimed = 0;
  while (jobs.claim("me", kLease)) ++claimed;
  EXPECT_EQ(claimed, 2);
  const auto failed = jobs.list({.states = {JobState::failed}}).jobs.at(0);
  JobControl(pool).retry(failed.id, Actor::command());
  EXPECT_EQ(jobs.claim("me", kLease)->job, failed.id);
  EXPECT_EQ(jobs.transitions(failed.id).front().from, JobState::failed);
}

TEST_F(JobSchemaTest, JobsTableRefusesIllegalStates) {
  const JobId job = begun().job;
  const auto refused = [&](const std::string& change, const std::string& constraint) {
    const Error error = error_of([&] { db_.run("update tenure.deletion_jobs set " + change); });
    EXPECT_EQ(error.sqlstate(), "23514") << change;
    EXPECT_THAT(error.what(), ::testing::HasSubstr("constraint deletion_jobs_" + constraint)) << change;
  };
  const std::string ended = "completed_at = now(), lease_owner = null, lease_until = null, shred_after = now()";
  refused("status = 'finished', lease_owner = null, lease_until = null", "status");
  refused("user_id = gen_random_uuid()", "one_subject");
  refused("tenant_id = null", "one_subject");
  refused("priority = 101", "priority");
  refused("on_failure = 'hope'", "policy");
  refused("retention_seconds = -1", "counts");
  refused("not_before = now()", "parked_without_a_lease");
  refused("cancel_requested_at = now()", "cancelled_by_somebody");
  refused("plan_digest = 'd'", "digest_of_an_approval");
  refused("needs_approval = true", "approved_before_it_starts");
  refused("archive_shredded_at = now(), archive_key = null", "shredded_at_the_end");
  refused("archive_files_removed_at = now()", "files_go_after_the_key");
  refused("shred_after = now()", "shred_after_the_end");
  refused("status = 'compensating', archive_key = null", "archive_kept_for_compensation");
  refused("status = 'held'", "leased_while_running");
  refused("status = 'scheduled', lease_owner = null, lease_until = null, started_at = null", "scheduled_for_a_time");
  refused("status = 'awaiting_approval', lease_owner = null, lease_until = null", "not_started_while_waiting");
  refused("status = 'rolled_back', " + ended + ", started_at = null", "started_to_run");
  refused("status = 'cancelled', lease_owner = null, lease_until = null", "completed_at_the_end");
  refused("status = 'completed', cancel_requested_at = now(), cancel_requested_by = 'x', " + ended,
          "cancellation_is_kept");
  refused("status = 'failed', " + ended, "failed_for_a_reason");
  refused("lease_epoch = 0", "epoch_once_started");
  EXPECT_EQ(state_of(job), JobState::running);
}

TEST_F(JobSchemaTest, StepsTableRefusesIllegalStates) {
  begun();
  for (const auto* change : {
           "state = 'odd'",
           "state = 'pending'",
           "state = 'compensated', completed_at = null",
           "state = 'compensated', errors = '{x}'",
           "state = 'failed'",
           "state = 'running'",
           "state = 'skipped', errors = '{x}'",
       }) {
    const Error error = error_of(
        [&] { db_.run(std::string("update tenure.deletion_steps set ") + change + " where service = 'orders'"); });
    EXPECT_EQ(error.sqlstate(), "23514") << change;
  }
}

TEST_F(JobSchemaTest, SubjectHasOneOpenJobWhateverItsState) {
  const TenantId tenant = TenantId::random();
  jobs_.enqueue(new_job(tenant));
  for (const auto* status : {"scheduled", "awaiting_approval", "held"}) {
    db_.run(std::string("update tenure.deletion_jobs set run_at = now(), status = '") + status + "'");
    expect_conflict([&] { jobs_.enqueue(new_job(tenant)); }, "is being deleted already");
  }
  EXPECT_EQ(error_of([&] {
              db_.run("insert into tenure.deletion_jobs (tenant_id) select tenant_id from tenure.deletion_jobs");
            }).sqlstate(),
            "23505");
}

}  // namespace
}  // namespace tenure::jobs
