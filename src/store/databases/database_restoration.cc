#include "store/databases/database_restoration.h"

#include "base/failpoint.h"
#include "pg/transaction.h"
#include "schemas/databases/tenant_turn.h"
#include "schemas/schema_record.h"
#include "store/postgres/row_archive.h"
#include "store/postgres/transaction_settings.h"
#include "store/spaces/space_archive.h"
#include "store/spaces/space_receipts.h"

namespace tenure::store {

using schemas::DatabaseState;
using schemas::kHomeSchema;
using schemas::TenantDatabase;

std::optional<Restoration> DatabaseRestoration::find_earlier(pg::Connection& connection, const Call& call) {
  pg::Transaction transaction(connection);
  auto earlier = begin_restoring(connection, order_.request, order_.label, call);
  if (!earlier) transaction.commit();
  return earlier;
}

TenantDatabase DatabaseRestoration::begin_making(pg::Connection& connection, const std::string& record,
                                                 const Call& call) {
  const auto left = schemas::find_tenant_database(connection, tenant());
  if (left && left->state == DatabaseState::making) schemas::discard(connection, *left);
  pg::Transaction transaction(connection);
  begin_restoring(connection, order_.request, order_.label, call);
  const auto database = schemas::restore_database_record(connection, tenant(), record);
  transaction.commit();
  schemas::create_database(connection, database, tenant(), reference_);
  return database;
}

void DatabaseRestoration::fill(const TenantDatabase& database, archive::Reader& reader, const std::string& structure,
                               Restoration& restoration, const Call& call) {
  auto inside = pg::Connection::open(schemas::in_database(service_.settings(), database.work_name), call);
  inside.bind(call);
  pg::Transaction transaction(inside);
  limit_transaction(inside, call);
  const auto owner = schemas::drop_home_schema(inside);
  make_from_archive(inside, reader, structure, kHomeSchema, restoration, order_.progress);
  for (const auto& positions : read_texts(reader, kPositionsFile)) {
    schemas::restore_positions(inside, kHomeSchema, positions);
  }
  schemas::own_home_schema(inside, owner);
  transaction.commit();
}

void DatabaseRestoration::finish(pg::Connection& connection, const std::optional<TenantDatabase>& database,
                                 const Restoration& restoration, const Call& call) {
  pg::Transaction transaction(connection);
  begin_restoring(connection, order_.request, order_.label, call);
  if (database) schemas::go_live(connection, *database, tenant());
  finish_restoring(connection, order_.request, order_.label, restoration);
  transaction.commit();
  TENURE_FAILPOINT("restore.commit.after");
}

Restoration DatabaseRestoration::run(const Call& call) {
  const schemas::TenantTurn turn(service_.settings(), tenant(), call);
  auto connection = service_.take(call);
  if (auto earlier = find_earlier(*connection, call)) return *std::move(earlier);
  auto mark = find_mark(*connection, order_.label);
  Restoration restoration;
  std::optional<TenantDatabase> database;
  if (mark && mark->length > 0) {
    // Held until the end, and as it is once it is held: whoever still wrote it must have stopped.
    const archive::Writer held(order_.vault, order_.label, order_.request.archive_key, [&] {
      mark = find_mark(*connection, order_.label);
      return mark.value_or(archive::Mark{});
    });
    archive::Reader reader(order_.vault, order_.label, order_.request.archive_key, *mark);
    const auto structures = read_texts(reader, kStructureFile);
    const auto records = read_texts(reader, kRecordFile);
    if (!structures.empty() && !records.empty()) {
      database = begin_making(*connection, records.front(), call);
      fill(*database, reader, structures.back(), restoration, call);
    }
  }
  finish(*connection, database, restoration, call);
  return restoration;
}

}  // namespace tenure::store
