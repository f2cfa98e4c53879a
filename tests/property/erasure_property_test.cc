// F3, A6, A7, C8 over random schemas and rows: see random_estate.h for what is drawn, and for the oracle.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

#include "base/error.h"
#include "store/postgres/postgres_store.h"
#include "tests/property/random_estate.h"
#include "tests/support/database.h"

namespace tenure::test {
namespace {

using nlohmann::json;
using store::PostgresStore;

constexpr std::size_t kErased = 0;

/// Every row as JSON, by table and id.
using Rows = std::map<std::pair<std::size_t, std::size_t>, json>;

Rows read_rows(const TestDatabase& database, const RandomEstate& estate) {
  Rows rows;
  auto connection = database.connect();
  for (std::size_t table = 0; table < estate.tables().size(); ++table) {
    pg::SqlBuilder sql;
    sql << "SELECT id, to_jsonb(r) FROM " << pg::Identifier(RandomEstate::table_name(table)) << " AS r";
    const auto result = connection.exec(sql.build());
    for (int row = 0; row < result.rows(); ++row) {
      rows[{table, static_cast<std::size_t>(result.int64(row, 0))}] = json::parse(result.text(row, 1));
    }
  }
  return rows;
}

/// What must be there afterwards, from the oracle alone.
Rows expected_rows(Rows rows, const RandomEstate& estate) {
  for (const auto& outside : estate.outside_rows(kErased)) {
    auto& row = rows.at({outside.table, outside.row});
    row[fmt::format("k{}_id", outside.key)] = nullptr;
    if (row.contains(fmt::format("k{}_part", outside.key))) row[fmt::format("k{}_part", outside.key)] = nullptr;
  }
  std::erase_if(rows,
                [&](const auto& entry) { return estate.is_owned_by(entry.first.first, entry.first.second, kErased); });
  return rows;
}

bool has_unsettled_outside_rows(const RandomEstate& estate) {
  for (const auto& outside : estate.outside_rows(kErased)) {
    if (!estate.tables()[outside.table].keys[outside.key].has_rule) return true;
  }
  return false;
}

/// A role that may delete but not skip triggers, as most services have.
pg::ConnectionSettings as_plain_role(const TestDatabase& database) {
  database.run(
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain') THEN CREATE ROLE plain LOGIN; END IF; "
      "END $$; GRANT ALL ON ALL TABLES IN SCHEMA public TO plain; "
      "GRANT CREATE ON DATABASE " +
      database.name() + " TO plain");
  return database.settings().with("user", "plain");
}

enum class Chunked { no, yes };

void check_erasure(bool skips_triggers, Chunked chunked = Chunked::no) {
  const auto estate = RandomEstate::draw();
  const TestDatabase database;
  database.run(estate.schema_script());
  database.run(estate.rows_script());
  PostgresStore store(
      {.connection = skips_triggers ? database.settings() : as_plain_role(database),
       .rules = estate.rules(),
       .tenant_column = "tenant_id",
       .chunks = chunked == Chunked::yes ? std::optional(store::ChunkRules{.rows = 1, .throttle = {}}) : std::nullopt});
  const auto before = read_rows(database, estate);
  const Subject subject = RandomEstate::tenant(kErased);
  const auto call = Call::within(Milliseconds(30000));
  const auto preview = store.preview(subject, call);
  RC_ASSERT(read_rows(database, estate) == before);

  if (has_unsettled_outside_rows(estate)) {
    RC_TAG("refused");
    try {
      store.erase({.subject = subject}, call, {});
      RC_FAIL("an erasure that touches rows of others was not refused");
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::refused);
    }
    RC_ASSERT(read_rows(database, estate) == before);
    RC_ASSERT(!preview.outside_rows.empty());
    return;
  }
  store::total_of(preview.data_counts) == 0 ? RC_TAG("nothing to erase") : RC_TAG("erased");
  const auto erasure = store.erase({.subject = subject}, call, {});
  RC_ASSERT(read_rows(database, estate) == expected_rows(before, estate));
  RC_ASSERT(erasure.deleted_counts == preview.data_counts);
  RC_ASSERT(store.verify(subject, call).is_clean());
  const auto again = store.erase({.subject = subject}, call, {});
  RC_ASSERT(store::total_of(again.deleted_counts) == 0);
}

RC_GTEST_PROP(ErasureProperty, LeavesNoRowOfTheTenantAndEveryOtherRowAlikeWithTriggersSkipped, ()) {
  check_erasure(true);
}

RC_GTEST_PROP(ErasureProperty, LeavesNoRowOfTheTenantAndEveryOtherRowAlikeWithTriggersFiring, ()) {
  check_erasure(false);
}

RC_GTEST_PROP(ErasureProperty, LeavesNoRowOfTheTenantInChunksEitherWithTriggersSkipped, ()) {
  check_erasure(true, Chunked::yes);
}

RC_GTEST_PROP(ErasureProperty, LeavesNoRowOfTheTenantInChunksEitherWithTriggersFiring, ()) {
  check_erasure(false, Chunked::yes);
}

}  // namespace
}  // namespace tenure::test
