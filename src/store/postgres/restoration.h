#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "archive/archive.h"
#include "catalog/reader.h"
#include "pg/connection.h"
#include "plan/erasure_plan.h"
#include "store/postgres/restored_rows.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// One order to bring back what a job erased here.
struct RestoreOrder {
  const RestoreRequest& request;
  const archive::Vault& vault;
  archive::Label label;
  TableLabels labels;
  std::map<std::string, std::filesystem::path> file_roots;  ///< by "models.storage_path"
  catalog::Schemas only_schemas;                            ///< of the catalog
  /// How the subject would be erased now; nothing where that is refused.
  std::function<std::optional<plan::ErasurePlan>(const catalog::Catalog&)> plan_for;
  const ProgressSink& progress;
};

/// Raises the fence, so that no erasure of an older epoch begins from here on, and waits for one that runs.
void close_to_erasures(pg::Connection& connection, const RestoreRequest& request, const Call& call);

/// One transaction: fence, receipt, archive, rows, checks, receipt, commit. @throws as TenantDataStore::restore.
Restoration run_restoration(pg::Connection& connection, const RestoreOrder& order, const Call& call);

}  // namespace tenure::store
