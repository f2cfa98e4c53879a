#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/postgres/postgres_store.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_vault.h"

namespace tenure::test {

inline const TenantId kTenant = TenantId::parse("aaaaaaaa-0000-4000-8000-000000000001");
inline const TenantId kNeighbour = TenantId::parse("bbbbbbbb-0000-4000-8000-000000000002");

/// How the store's role stands to triggers: a superuser skips them, a service's own role has them fire.
enum class Role { skips_triggers, plain };

/// A database with a schema written in the test, in which $T is the tenant's id and $N a neighbour's.
class StoreDatabase {
 public:
  explicit StoreDatabase(std::string_view schema, Role role = Role::plain);

  store::PostgresStore store(estate::Database rules = {}) const;
  store::PostgresStoreSettings store_settings(estate::Database rules = {}) const;
  pg::ConnectionSettings settings() const;
  const TestDatabase& database() const { return database_; }
  std::string value(std::string_view query) const { return database_.value(filled(query)); }
  void run(std::string_view script) const { database_.run(filled(script)); }
  std::int64_t rows(std::string_view table) const;
  /// Over every stored bit of every row: what the types' binary output says, in any order.
  std::string bytes_of(std::string_view table, std::string_view where = "true") const;

  static std::string filled(std::string_view text);

 private:
  TestDatabase database_;
  Role role_;
};

/// A job that erases into an archive and can take it back.
struct ArchivedJob {
  JobId job = JobId::random();
  archive::WrappedKey key;
  Subject subject = kTenant;
  std::int64_t epoch = 1;

  store::EraseRequest erase_request() const {
    return {.subject = subject, .idempotency_key = job.str(), .job = job, .epoch = epoch, .archive_key = key};
  }
  store::RestoreRequest restore_request() const {
    return {.subject = subject, .job = job, .epoch = epoch + 1, .archive_key = key};
  }
};

inline Call soon() { return Call::within(Milliseconds(30000)); }

using test::error_of;

/// Message and problems in one text.
std::string text_of(const Error& error);

/// Each test runs once with triggers skipped and once with them firing.
inline std::string name_of_role(const testing::TestParamInfo<Role>& role) {
  return role.param == Role::plain ? "PlainRole" : "RoleThatSkipsTriggers";
}

class PostgresStoreTest : public testing::TestWithParam<Role> {};

}  // namespace tenure::test
