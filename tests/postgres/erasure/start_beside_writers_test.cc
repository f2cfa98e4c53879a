#include <gtest/gtest.h>

#include "events/outbox.h"
#include "identity/accounts.h"
#include "jobs/job_store.h"
#include "messaging/answer_desk.h"
#include "pg/transaction.h"
#include "tenancy/tenants.h"
#include "tests/support/database.h"

// A process starts while others write, even where one of them is stopped inside a write (C5, C6).
namespace tenure::erasure {
namespace {

using pg::operator""_sql;

void install_all(pg::Connection& session) {
  jobs::install_schema(session);
  events::install_schema(session);
  messaging::install_schema(session);
  identity::install_schema(session);
  tenancy::install_schema(session);
}

TEST(StartBesideWriters, InstallingTheSchemasAgainWaitsForNobody) {
  const test::TestDatabase database;
  auto first = database.connect();
  install_all(first);
  auto writing = database.connect();
  pg::Transaction writer(writing);
  writer.exec(
      "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND "
      "relnamespace::regnamespace::text IN ('tenure', 'identity', 'tenancy') LOOP "
      "EXECUTE 'LOCK TABLE ' || one || ' IN ROW EXCLUSIVE MODE'; END LOOP; END $$"_sql);
  auto starting = database.connect();
  starting.exec("SET lock_timeout = '2s'"_sql);
  EXPECT_NO_THROW(install_all(starting));
}

}  // namespace
}  // namespace tenure::erasure
