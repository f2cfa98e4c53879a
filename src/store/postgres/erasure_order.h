#pragma once

#include <string>

#include "base/error.h"
#include "base/secret.h"
#include "catalog/catalog_cache.h"
#include "plan/erasure_plan.h"
#include "store/postgres/row_archive.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// One order to erase, with all that its transactions share.
struct ErasureOrder {
  const plan::ErasurePlan& plan;
  const EraseRequest& request;
  const std::string& service;
  catalog::CatalogCache& catalogs;
  const Secret& pseudonym_key;
  const ProgressSink& progress;
  RowArchive* archive;            ///< null: rows go without one
  const std::string receipt_key;  ///< the request's own, or a new one
};

/// Another session's rows, or a trigger, got in the way; the transaction was rolled back. Not a failure yet: late rows
/// are gone at the next try, rows of others are reported with the rule that settles them.
struct Disturbance {
  std::string what;
  ErrorCode code = ErrorCode::conflict;  ///< what it is when it comes at every try; a conflict may pass, others do not
};

/// How counts call the files that a table's column names: "model_artifacts.storage_path".
inline std::string files_label(const plan::OwnedTable& table) { return table.label + "." + table.files->column; }

}  // namespace tenure::store
