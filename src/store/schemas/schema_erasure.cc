#include "store/schemas/schema_erasure.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "pg/transaction.h"
#include "schemas/structure/structure_script.h"
#include "store/postgres/receipts.h"
#include "store/postgres/transaction_settings.h"
#include "store/schemas/schema_preview.h"

namespace tenure::store {
namespace {

using schemas::SchemaTable;
using schemas::StructureScript;

pg::Sql lock_tables(const std::string& schema, const std::vector<SchemaTable>& tables) {
  pg::SqlBuilder lock;
  lock << "LOCK TABLE ";
  for (std::size_t at = 0; at < tables.size(); ++at) {
    if (at > 0) lock << ", ";
    lock << pg::Identifier(schema) << "." << pg::Identifier(tables[at].name);
  }
  lock << " IN ACCESS EXCLUSIVE MODE";
  return lock.build();
}

archive::SectionInfo file_info(const char* name) {
  return {.content = archive::Content::file, .name = name, .root = kSchemaRoot};
}

std::string digest_of(const SchemaOrder& order, const Erasure& erasure) {
  Digest digest;
  digest.add("schema").add(id_of(order.request.subject));
  for (const auto& [table, count] : erasure.deleted_counts) digest.add(fmt::format("deleted {} {}", table, count));
  for (const auto& [table, count] : erasure.changed_counts) digest.add(fmt::format("changed {} {}", table, count));
  return digest.hex();
}

}  // namespace

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
  const auto& request = order_.request;
  pg::Transaction transaction(connection_);
  limit_transaction(connection_, call);
  raise_fence(connection_, request.subject, request.job, request.epoch);
  TENURE_FAILPOINT("erase.fence.after");
  if (order_.leaves_receipt) {
    if (request.job && find_restoration(connection_, *request.job, order_.service)) {
      throw Error(ErrorCode::conflict, "the job was rolled back here; what it erased has been restored");
    }
    if (auto receipt = find_receipt(connection_, request)) return receipt;
  }
  auto progress = find_progress(connection_, order_.receipt_key);
  if (order_.archive != nullptr) order_.archive->begin(connection_);
  const bool is_over = take_out(progress);
  if (order_.progress) order_.progress(with_shared(progress.deleted_counts));
  if (order_.archive != nullptr) order_.archive->keep(connection_);
  if (!is_over) {
    keep_progress(connection_, request, order_.receipt_key, progress);
    transaction.commit();
    TENURE_FAILPOINT("erase.chunk.after");
    return std::nullopt;
  }
  auto erasure = finish(progress);
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
    archive_structure(*schema);
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

void SchemaErasure::archive_structure(const schemas::TenantSchema& schema) {
  if (order_.archive == nullptr) return;
  const auto script = StructureScript::read(connection_, schema.name, StructureScript::Rows::later);
  order_.archive->take_file(file_info(kStructureFile), [&](archive::Writer& file) { file.append(script.text()); });
}

void SchemaErasure::archive_record(const schemas::TenantSchema& schema) {
  if (order_.archive == nullptr) return;
  const auto record = schemas::read_record(connection_, schema);
  order_.archive->take_file(file_info(kRecordFile), [&](archive::Writer& file) { file.append(record); });
}

void SchemaErasure::take_rows(const std::string& home, const std::vector<SchemaTable>& tables, Progress& progress) {
  connection_.exec(lock_tables(home, tables));
  if (order_.archive == nullptr) {
    const auto counts = schemas::count_rows(connection_, home, tables);
    for (std::size_t at = 0; at < tables.size(); ++at) progress.deleted_counts[tables[at].name] += counts[at];
    return;
  }
  pin_formats(connection_);
  for (const auto& table : tables) {
    progress.deleted_counts[table.name] += order_.archive->take_rows(
        connection_,
        {.content = archive::Content::deleted_rows, .schema = home, .name = table.name, .columns = table.columns},
        schemas::copy_out(home, table));
  }
}

Counts SchemaErasure::with_shared(Counts own) const {
  for (const auto& [table, count] : order_.shared_counts) own[table] += count;
  return own;
}

Erasure SchemaErasure::finish(const Progress& progress) {
  Erasure erasure{.deleted_counts = with_shared(progress.deleted_counts), .changed_counts = order_.shared_changes};
  erasure.digest = digest_of(order_, erasure);
  if (!order_.leaves_receipt) return erasure;
  insert_receipt(connection_, order_.request, order_.receipt_key, erasure);
  delete_progress(connection_, order_.request.subject, order_.receipt_key);
  TENURE_FAILPOINT("erase.receipt.after");
  return erasure;
}

}  // namespace tenure::store
