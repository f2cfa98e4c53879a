#include "store/databases/database_erasure.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "pg/transaction.h"
#include "schemas/databases/tenant_turn.h"
#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "store/databases/database_spaces.h"
#include "store/postgres/transaction_settings.h"
#include "store/spaces/space_archive.h"
#include "store/spaces/space_receipts.h"

namespace tenure::store {
namespace {

using schemas::DatabaseState;
using schemas::kHomeSchema;
using schemas::TenantDatabase;

/// The place in the progress of an order that says that all rows are taken, of which record's database.
constexpr const char* kTaken = "database";

}  // namespace

Erasure DatabaseErasure::run(const Call& call) {
  const schemas::TenantTurn turn(service_.settings(), order_.tenant, call);
  auto connection = service_.take(call);
  while (true) {
    try {
      if (auto erasure = step(*connection, call)) return *std::move(erasure);
    } catch (...) {
      // What a transaction that came to nothing has written is cut off by the next one.
      if (order_.archive != nullptr) order_.archive->give_up();
      throw;
    }
    TENURE_FAILPOINT("erase.chunk.after");
  }
}

std::optional<Erasure> DatabaseErasure::step(pg::Connection& connection, const Call& call) {
  std::optional<pg::Transaction> transaction(std::in_place, connection);
  const auto commit = [&] {
    transaction->commit();
    transaction.reset();
  };
  if (auto answer = begin_erasing(connection, order_, call)) return answer;
  auto progress = find_progress(connection, order_.receipt_key);
  const auto database = schemas::lock_tenant_database(connection, order_.tenant);
  if (database && database->state == DatabaseState::making) {
    // Never the tenant's: nobody has written to it.
    commit();
    schemas::discard(connection, *database);
    return std::nullopt;
  }
  if (database && !database->is_at_work && !is_archived(*database, progress)) schemas::require_marked(*database);
  if (database && database->state == DatabaseState::live) {
    schemas::begin_dropping(connection, *database);
    commit();
    return std::nullopt;
  }
  if (database && database->is_there && !database->is_at_work) {
    schemas::take_away(connection, *database);
    commit();
    return std::nullopt;
  }
  if (database && database->is_at_work) {
    if (is_archived(*database, progress)) {
      commit();
      schemas::drop_database(connection, database->work_name);
      return std::nullopt;
    }
    if (order_.archive != nullptr) order_.archive->begin(connection);
    // Its rows may take long, and a transaction that idles meanwhile would look like that of a stopped process. The
    // archive's file is locked, so nobody else writes into it.
    commit();
    return archive(connection, *database, std::move(progress), call);
  }
  if (!database && progress.deleted_counts.empty()) {
    progress.deleted_counts = no_rows_like(connection, service_.settings(), reference_, call);
  }
  if (database) schemas::forget_database(connection, *database);
  if (order_.progress) order_.progress(with_shared(order_, progress.deleted_counts));
  auto erasure = finish_erasing(connection, order_, progress, "database");
  commit();
  TENURE_FAILPOINT("erase.commit.after");
  return erasure;
}

// Another order of the same job has done it, when it is not in this one's progress.
bool DatabaseErasure::is_archived(const TenantDatabase& database, const Progress& progress) const {
  if (const auto taken = progress.cursors.find(kTaken); taken != progress.cursors.end()) {
    if (taken->second == std::to_string(database.id)) return true;
    throw Error(ErrorCode::refused,
                "the tenant has got another database since the job archived one; delete that by a new job");
  }
  return order_.archive != nullptr && database.archived_by == order_.archive->label().job.str();
}

// Nobody writes to it any more, so that several transactions see the same, each with as many tables as its locks allow.
std::optional<Erasure> DatabaseErasure::archive(pg::Connection& connection, const TenantDatabase& database,
                                                Progress progress, const Call& call) {
  auto* archive = order_.archive;
  {
    auto inside = pg::Connection::open(schemas::in_database(service_.settings(), database.work_name), call);
    inside.bind(call);
    for (const auto& tables : read_structure(inside, call)) {
      const pg::Transaction reading(inside, pg::Snapshot::fixed);
      limit_transaction(inside, call);
      archive_tables(archive, inside, kHomeSchema, tables, progress.deleted_counts);
    }
  }
  progress.cursors[kTaken] = std::to_string(database.id);
  if (order_.progress) order_.progress(with_shared(order_, progress.deleted_counts));
  pg::Transaction transaction(connection);
  if (auto answer = begin_erasing(connection, order_, call)) return answer;
  if (archive != nullptr) {
    archive_text(*archive, kRecordFile, schemas::read_database_record(connection, database));
    archive->keep(connection);
    schemas::mark_archived(connection, database, order_.tenant, archive->label().job);
  }
  keep_progress(connection, order_.request, order_.receipt_key, progress);
  transaction.commit();
  return std::nullopt;
}

std::vector<std::vector<schemas::SchemaTable>> DatabaseErasure::read_structure(pg::Connection& inside,
                                                                               const Call& call) {
  const pg::Transaction reading(inside);
  limit_transaction(inside, call);
  schemas::require_home_schema_only(inside);
  if (order_.archive != nullptr) {
    archive_structure(*order_.archive, inside, kHomeSchema);
    archive_text(*order_.archive, kPositionsFile, schemas::read_positions(inside, kHomeSchema));
  }
  return schemas::in_groups(schemas::schema_tables(inside, kHomeSchema), schemas::lock_allowance(inside));
}

}  // namespace tenure::store
