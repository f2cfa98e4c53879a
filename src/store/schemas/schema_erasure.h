#pragma once

#include <optional>
#include <string>

#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "store/postgres/progress.h"
#include "store/postgres/row_archive.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// One order to erase a tenant's schema.
struct SchemaOrder {
  const EraseRequest& request;
  const TenantId& tenant;
  const std::string& service;
  std::string receipt_key;
  Counts shared_counts;  ///< what went in the tables of all tenants, for the receipt
  Counts shared_changes;
  RowArchive* archive;  ///< null: rows go without one
  const ProgressSink& progress;
  /// False when an unfinished erasure is brought to its end only to be taken back: no receipt is wanted then.
  bool leaves_receipt = true;
};

/// Archives a tenant's schema and drops it: in one transaction where its locks fit into the server's lock table, else
/// table by table in groups that do. The first transaction then archives the structure and renames the schema, so that
/// no session finds it any more; each of the others takes the rows of a group and drops it; whatever is interrupted
/// goes on by the same call.
class SchemaErasure {
 public:
  SchemaErasure(pg::Connection& connection, const SchemaOrder& order) : connection_(connection), order_(order) {}

  /// @throws as TenantDataStore::erase; Error(refused) when what others have depends on the schema.
  Erasure run(const Call& call);

 private:
  /// One transaction. Nothing when more has to follow.
  std::optional<Erasure> step(const Call& call);
  /// True when the schema is gone.
  bool take_out(Progress& progress);
  void archive_structure(const schemas::TenantSchema& schema);
  void archive_record(const schemas::TenantSchema& schema);
  void take_rows(const std::string& home, const std::vector<schemas::SchemaTable>& tables, Progress& progress);
  Counts with_shared(Counts own) const;
  Erasure finish(const Progress& progress);

  pg::Connection& connection_;
  const SchemaOrder& order_;
};

/// How an archive calls what is not a row.
inline constexpr const char* kSchemaRoot = "schema";
inline constexpr const char* kStructureFile = "structure.sql";
inline constexpr const char* kRecordFile = "record.json";

}  // namespace tenure::store
