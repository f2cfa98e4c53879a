#include "store/schemas/schema_restoration.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/failpoint.h"
#include "pg/copy.h"
#include "pg/transaction.h"
#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"
#include "store/postgres/receipts.h"
#include "store/postgres/row_archive.h"
#include "store/postgres/transaction_settings.h"
#include "store/schemas/schema_erasure.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

using schemas::StructureScript;

std::string text_of(archive::Reader& reader, const archive::Reader::Section& section) {
  std::string text;
  reader.read(section, [&](std::string_view piece) { text += piece; });
  return text;
}

/// What is not a row, in the order in which it was taken.
std::vector<std::string> files_of(archive::Reader& reader, std::string_view name) {
  std::vector<std::string> files;
  for (const auto& section : reader.sections()) {
    if (section.info.content == archive::Content::file && section.info.name == name) {
      files.push_back(text_of(reader, section));
    }
  }
  return files;
}

void copy_rows(pg::Connection& connection, archive::Reader& reader, const archive::Reader::Section& section,
               const std::string& schema) {
  pg::CopyIn rows(connection, schemas::copy_in(schema, section.info.name, section.info.columns));
  reader.read(section, [&](std::string_view piece) { rows.put(piece); });
  if (rows.finish() == section.rows) return;
  throw Error(ErrorCode::corrupt, fmt::format("{}: other rows than the archive says", section.info.name));
}

void make_again(pg::Connection& connection, archive::Reader& reader, const TenantId& tenant, Restoration& restoration,
                const ProgressSink& progress) {
  const auto structures = files_of(reader, kStructureFile);
  const auto records = files_of(reader, kRecordFile);
  if (structures.empty() || records.empty()) return;  // there was no schema
  const auto schema = schemas::restore_record(connection, tenant, records.front());
  const auto script = StructureScript::parse(structures.back());
  connection.run_script(script.before_rows(schema.name));
  for (const auto& section : reader.sections()) {
    if (section.info.content != archive::Content::deleted_rows) continue;
    copy_rows(connection, reader, section, schema.name);
    restoration.restored_counts[section.info.name] += section.rows;
    if (progress) progress(restoration.restored_counts);
  }
  connection.run_script(script.after_rows(schema.name));
  // Each holds the sequences that were there still, a schema that went in parts has several.
  for (const auto& record : records) schemas::restore_positions(connection, schema.name, record);
  schemas::mark_schema(connection, schema.name, tenant);
}

}  // namespace

Restoration restore_schema(pg::Connection& connection, const RestoreRequest& request, const archive::Vault& vault,
                           const archive::Label& label, const Call& call, const ProgressSink& progress) {
  pg::Transaction transaction(connection);
  limit_transaction(connection, call);
  raise_fence(connection, request.subject, request.job, request.epoch);
  if (auto earlier = find_restoration(connection, request.job, label.service)) return *std::move(earlier);
  const auto mark = find_mark(connection, label);
  if (!mark && connection.exec(sql::kFindUnarchivedReceipt, pg::Params(request.job)).boolean(0, 0)) {
    throw Error(ErrorCode::refused, "the job has erased without an archive here, so nothing can come back");
  }
  Restoration restoration;
  if (mark && mark->length > 0) {
    // Held until the end: whoever still writes it must have stopped.
    const archive::Writer held(vault, label, request.archive_key, [&] { return *mark; });
    archive::Reader reader(vault, label, request.archive_key, *mark);
    pin_formats(connection);
    make_again(connection, reader, std::get<TenantId>(request.subject), restoration, progress);
  }
  const auto kind = kind_text(request.subject);
  const auto id = id_of(request.subject);
  connection.exec(sql::kDeleteJobProgress, pg::Params(request.job, kind, id));
  connection.exec(sql::kKeepRestoration,
                  pg::Params(request.job, label.service, kind, id, request.epoch,
                             counts_to_text(restoration.restored_counts), counts_to_text(restoration.reverted_counts)));
  TENURE_FAILPOINT("restore.rows.after");
  transaction.commit();
  TENURE_FAILPOINT("restore.commit.after");
  return restoration;
}

}  // namespace tenure::store
