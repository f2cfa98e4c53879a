#include "store/schemas/schema_restoration.h"

#include <string>

#include "base/failpoint.h"
#include "pg/transaction.h"
#include "schemas/schema_record.h"
#include "store/postgres/row_archive.h"
#include "store/spaces/space_archive.h"
#include "store/spaces/space_receipts.h"

namespace tenure::store {
namespace {

void make_again(pg::Connection& connection, archive::Reader& reader, const TenantId& tenant, Restoration& restoration,
                const ProgressSink& progress) {
  const auto structures = read_texts(reader, kStructureFile);
  const auto records = read_texts(reader, kRecordFile);
  if (structures.empty() || records.empty()) return;  // there was no schema
  const auto schema = schemas::restore_record(connection, tenant, records.front());
  make_from_archive(connection, reader, structures.back(), schema.name, restoration, progress);
  // Each holds the sequences that were there still, a schema that went in parts has several.
  for (const auto& record : records) schemas::restore_positions(connection, schema.name, record);
  schemas::mark_schema(connection, schema.name, tenant);
}

}  // namespace

Restoration restore_schema(pg::Connection& connection, const RestoreRequest& request, const archive::Vault& vault,
                           const archive::Label& label, const Call& call, const ProgressSink& progress) {
  pg::Transaction transaction(connection);
  if (auto earlier = begin_restoring(connection, request, label, call)) return *std::move(earlier);
  const auto mark = find_mark(connection, label);
  Restoration restoration;
  if (mark && mark->length > 0) {
    // Held until the end: whoever still writes it must have stopped.
    const archive::Writer held(vault, label, request.archive_key, [&] { return *mark; });
    archive::Reader reader(vault, label, request.archive_key, *mark);
    make_again(connection, reader, std::get<TenantId>(request.subject), restoration, progress);
  }
  finish_restoring(connection, request, label, restoration);
  transaction.commit();
  TENURE_FAILPOINT("restore.commit.after");
  return restoration;
}

}  // namespace tenure::store
