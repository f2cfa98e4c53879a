#include "store/schemas/schema_erasure.h"

#include "base/failpoint.h"
#include "pg/transaction.h"
#include "store/schemas/schema_preview.h"
#include "store/spaces/space_archive.h"
#include "store/spaces/space_receipts.h"

namespace tenure::store {

using schemas::SchemaTable;

Erasure SchemaErasure::run(const Call& call) {
  while (true) {
    try {
      if (auto erasure = step(call)) return *std::move(erasure);
    } catch (...) {
      // What a transaction that came to nothing has written is cut off by the next one.
      if (order_.archive != nullptr) order_.archive->give_up();
      throw;
    }
  }
}

std::optional<Erasure> SchemaErasure::step(const Call& call) {
  pg::Transaction transaction(connection_);
  if (auto answer = begin_erasing(connection_, order_, call)) return answer;
  auto progress = find_progress(connection_, order_.receipt_key);
  if (order_.archive != nullptr) order_.archive->begin(connection_);
  const bool is_over = take_out(progress);
  if (order_.progress) order_.progress(with_shared(order_, progress.deleted_counts));
  if (order_.archive != nullptr) order_.archive->keep(connection_);
  if (!is_over) {
    keep_progress(connection_, order_.request, order_.receipt_key, progress);
    transaction.commit();
    TENURE_FAILPOINT("erase.chunk.after");
    return std::nullopt;
  }
  auto erasure = finish_erasing(connection_, order_, progress, "schema");
  transaction.commit();
  TENURE_FAILPOINT("erase.commit.after");
  return erasure;
}

bool SchemaErasure::take_out(Progress& progress) {
  auto schema = schemas::lock_tenant_schema(connection_, order_.tenant);
  if (!schema) {
    for (const auto& [table, count] : no_rows(connection_)) progress.deleted_counts.try_emplace(table, count);
    return true;
  }
  auto groups =
      schemas::in_groups(schemas::schema_tables(connection_, schema->home()), schemas::lock_allowance(connection_));
  const bool fits = groups.size() <= 1;
  if (!schema->is_dropping) {
    schemas::refuse_dependents(connection_, schema->name);
    if (order_.archive != nullptr) archive_structure(*order_.archive, connection_, schema->name);
    if (!fits) {
      archive_record(*schema);
      schemas::begin_dropping(connection_, *schema);
      return false;
    }
  }
  if (!groups.empty()) take_rows(schema->home(), groups.front(), progress);
  archive_record(*schema);
  if (!fits) {
    connection_.exec(schemas::drop_tables(schema->home(), groups.front()));
    return false;
  }
  schemas::finish_dropping(connection_, *schema);
  return true;
}

void SchemaErasure::archive_record(const schemas::TenantSchema& schema) {
  if (order_.archive == nullptr) return;
  archive_text(*order_.archive, kRecordFile, schemas::read_record(connection_, schema));
}

void SchemaErasure::take_rows(const std::string& home, const std::vector<SchemaTable>& tables, Progress& progress) {
  schemas::close_tables(connection_, home, tables);
  archive_tables(order_.archive, connection_, home, tables, progress.deleted_counts);
}

}  // namespace tenure::store
