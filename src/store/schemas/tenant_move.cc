#include "store/schemas/tenant_move.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/error.h"
#include "catalog/catalog_cache.h"
#include "estate/names.h"
#include "pg/copy.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "schemas/backup/rows_digest.h"
#include "schemas/schema_record.h"
#include "schemas/structure/column_sequences.h"
#include "store/postgres/step_runner.h"
#include "store/postgres/transaction_settings.h"
#include "store/schemas/move_sql.h"

namespace tenure::store {
namespace {

using pg::operator""_sql;
using schemas::RowsDigest;
using schemas::SchemaTable;

RowsDigest digest_of(pg::Connection& connection, const pg::Sql& copy) {
  RowsDigest digest;
  pg::CopyOut rows(connection, copy);
  while (const auto row = rows.next()) digest.add(*row);
  return digest;
}

/// One move inside the transaction that is open.
class Move {
 public:
  Move(pg::Connection& connection, const TenantId& tenant, plan::ErasurePlan erasure,
       const std::vector<SchemaTable>& own, const std::string& schema, Direction direction)
      : connection_(connection),
        tenant_(tenant),
        move_(plan_move(std::move(erasure), own, direction, estate::kTenancySchema)),
        sql_(move_.plan, tenant, schema),
        report_{.schema = schema, .tables = {}} {}

  const MovePlan& plan() const { return move_; }
  const MoveReport& report() const { return report_; }

  /// @throws Error(refused) naming rows that stay and point at rows that would be gone.
  void refuse_left_behind() {
    std::vector<std::string> problems;
    for (const auto& guard : move_.plan.guards) {
      const auto moves = [&](const auto& group) {
        return std::ranges::any_of(group, [&](const auto& table) { return table.shared->name == guard.child; });
      };
      const bool child_moves = std::ranges::any_of(move_.groups, moves);
      if (child_moves && !guard.can_have_outside_rows) continue;
      const auto rows = connection_.exec(sql_.count_left_behind(guard, child_moves).sql()).int64(0, 0);
      if (rows == 0) continue;
      problems.push_back(
          fmt::format("{}: {} rows that stay would point at rows of {} that go", guard.key, rows, guard.parent.str()));
    }
    if (!problems.empty()) throw Error(ErrorCode::refused, "the tenant cannot be moved").with_problems(problems);
  }

  void fill() {
    for (const auto& group : move_.groups) {
      for (const auto& table : group) {
        connection_.exec(sql_.fill(table).sql());
        compare(table, shared(table), own(table));
      }
    }
  }

  void give_back() {
    std::map<catalog::TableName, RowsDigest> expected;
    for (const auto& group : move_.groups) {
      for (const auto& table : group) (expected[table.shared->name] = shared(table)).add(own(table));
    }
    for (const auto& group : std::views::reverse(move_.groups)) insert(group);
    connection_.exec("SET CONSTRAINTS ALL IMMEDIATE"_sql);
    for (const auto& group : move_.groups) {
      for (const auto& table : group) compare(table, expected.at(table.shared->name), shared(table));
    }
  }

  /// Deletes what was copied from the shared tables, by the plan that an erasure would delete it by.
  void leave() {
    const EraseRequest request{.subject = tenant_};
    const std::string service;
    const Secret no_key;
    const ProgressSink nobody;
    catalog::CatalogCache unused;
    const ErasureOrder order{move_.plan, request, service, unused, no_key, nobody, nullptr, ""};
    Progress progress;
    StepRunner steps(connection_, order, Scratch::temporary(), progress);
    steps.begin();
    for (const auto& step : move_.plan.steps) steps.apply(step);
    if (const auto disturbance = steps.check()) throw Error(disturbance->code, disturbance->what);
  }

 private:
  void insert(const std::vector<MovedTable>& group) {
    try {
      connection_.exec(sql_.give_back(group));
    } catch (const Error& error) {
      if (error.sqlstate() != pg::kUniqueViolation) throw;
      throw Error(ErrorCode::conflict, fmt::format("another tenant has a row of the same key: {}", error.what()));
    }
  }

  RowsDigest shared(const MovedTable& table) { return digest_of(connection_, sql_.copy_shared(table).sql()); }
  RowsDigest own(const MovedTable& table) { return digest_of(connection_, sql_.copy_own(table)); }

  void compare(const MovedTable& table, const RowsDigest& expected, const RowsDigest& found) {
    if (expected != found) {
      throw Error(ErrorCode::refused,
                  fmt::format("{}: rows are not the same on the other side: types differ, or a trigger changes them",
                              table.shared->name.str()));
    }
    report_.tables[table.shared->label] = found.text();
    report_.rows += found.rows();
  }

  pg::Connection& connection_;
  const TenantId tenant_;
  const MovePlan move_;
  const MoveSql sql_;
  MoveReport report_;
};

/// A tenant's schema as it was before the transaction, to be closed in it.
struct OwnTables {
  std::string schema;  ///< empty when there is none
  std::vector<SchemaTable> tables;
};

OwnTables find_own_tables(pg::Connection& connection, const TenantId& tenant) {
  const auto schema = schemas::find_tenant_schema(connection, tenant);
  if (!schema || schema->is_dropping) return {};
  return {.schema = schema->name, .tables = schemas::schema_tables(connection, schema->name)};
}

/// From here on nobody writes to the tenant's own tables, and all is of one instant behind that; what somebody else
/// changes in the shared ones makes the transaction fail.
void begin(pg::Connection& connection, const OwnTables& own, const Call& call) {
  connection.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"_sql);
  connection.exec("SET LOCAL lock_timeout = '10s'"_sql);
  schemas::close_tables(connection, own.schema, own.tables);
  limit_transaction(connection, call, Workers::one);
  pin_formats(connection);
}

void hold_still(pg::Connection& connection, const plan::ErasurePlan& erasure, const catalog::Schemas& only) {
  connection.exec(PlanSql(erasure).lock_tables());
  catalog::CatalogCache catalogs(only);
  if (catalogs.read(connection)->digest == erasure.catalog_digest) return;
  throw Error(ErrorCode::stale, "a table was altered meanwhile", Retry::later);
}

/// What migrations have put into the tables that do not move.
void copy_seeds(pg::Connection& connection, const std::string& from, const std::string& to,
                const std::vector<SchemaTable>& tables) {
  for (const auto& table : tables) connection.exec(copy_seed(from, to, table));
  schemas::restore_positions(connection, to, schemas::read_positions(connection, from));
}

void require_seeds(pg::Connection& connection, const std::string& schema, const std::string& reference,
                   const std::vector<SchemaTable>& tables) {
  std::vector<std::string> problems;
  for (const auto& table : tables) {
    if (digest_of(connection, copy_all(schema, table)) == digest_of(connection, copy_all(reference, table))) continue;
    problems.push_back(fmt::format("{}: holds rows, and no shared table of that name is there for them", table.name));
  }
  if (!problems.empty()) throw Error(ErrorCode::refused, "the tenant cannot be moved").with_problems(problems);
}

}  // namespace

MoveReport TenantMove::into_schema(const schemas::NewSchema& tenant, MoveEnding ending, const Call& call) {
  auto erasure = shared_.plan(SubjectKind::tenant, call);
  auto connection = service_.take(call);
  schemas::install_registry(*connection);
  const auto own = find_own_tables(*connection, tenant.tenant);
  std::optional<MoveReport> report;
  {
    pg::Transaction transaction(*connection);
    begin(*connection, own, call);
    hold_still(*connection, erasure, rules_.schemas);
    std::optional<Move> move;
    provisioner_.provision_filled(
        *connection, tenant, own.schema, [&](auto&, const auto& schema, const auto& reference) {
          move.emplace(*connection, tenant.tenant, std::move(erasure), schemas::schema_tables(*connection, schema),
                       schema, Direction::into_schema);
          move->refuse_left_behind();
          move->fill();
          copy_seeds(*connection, reference, schema, move->plan().others);
          schemas::advance_sequences(*connection, schema, schema);
        });
    move->leave();
    report = move->report();
    if (ending == MoveEnding::rolled_back) return *std::move(report);
    transaction.commit();
  }
  refuse_late_rows(tenant.tenant, *report, call);
  return *std::move(report);
}

MoveReport TenantMove::into_rows(const TenantId& tenant, MoveEnding ending, const Call& call) {
  auto erasure = shared_.plan(SubjectKind::tenant, call);
  auto connection = service_.take(call);
  schemas::install_registry(*connection);
  const auto own = find_own_tables(*connection, tenant);
  pg::Transaction transaction(*connection);
  begin(*connection, own, call);
  hold_still(*connection, erasure, rules_.schemas);
  schemas::lock_tenant(*connection, tenant);
  const auto schema = schemas::lock_tenant_schema(*connection, tenant);
  if (!schema || schema->is_dropping || schema->kind != schemas::SchemaKind::tenant) {
    throw Error(ErrorCode::conflict, "the tenant has no schema of its own that it could leave");
  }
  auto tables = schemas::schema_tables(*connection, schema->name);
  const auto is_closed = [&](const SchemaTable& table) {
    return std::ranges::find(own.tables, table.oid, &SchemaTable::oid) != own.tables.end();
  };
  if (schema->name != own.schema || !std::ranges::all_of(tables, is_closed)) {
    throw Error(ErrorCode::conflict, "the tenant's schema was changed meanwhile", Retry::later);
  }
  schemas::refuse_dependents(*connection, schema->name);
  Move move(*connection, tenant, std::move(erasure), tables, schema->name, Direction::into_rows);
  if (const auto reference = schemas::find_schema(*connection, schemas::SchemaKind::reference)) {
    require_seeds(*connection, schema->name, reference->name, move.plan().others);
  }
  move.give_back();
  for (const auto& shared : rules_.schemas) schemas::advance_sequences(*connection, shared, schema->name);
  schemas::finish_dropping(*connection, *schema);
  if (ending == MoveEnding::committed) transaction.commit();
  return move.report();
}

void TenantMove::refuse_late_rows(const TenantId& tenant, const MoveReport& report, const Call& call) {
  std::vector<std::string> problems;
  const auto left = shared_.verify(tenant, call).rows_left;
  for (const auto& [table, rows] : left) {
    if (rows > 0 && report.tables.contains(table)) {
      problems.push_back(fmt::format("{}: {} rows were written meanwhile and are in the shared table", table, rows));
    }
  }
  if (problems.empty()) return;
  throw Error(ErrorCode::conflict,
              "the tenant has moved, but not all of it: move it back, see that nobody writes, and move it again")
      .with_problems(std::move(problems));
}

}  // namespace tenure::store
