#pragma once

#include <string>

#include "archive/archive.h"
#include "base/ids.h"
#include "pg/pool.h"
#include "store/postgres/row_archive.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// What a tenant's own tables hold.
struct SpaceContents {
  Counts rows;         ///< by table, zeros included
  std::string digest;  ///< of the name and structure; empty when the tenant has none
};

/// One order to erase what a tenant has of its own.
struct SpaceOrder {
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

/// Where tenants have tables of their own: in a schema each, or in a database each. Thread-safe. What of it is known to
/// Tenure, with fences, receipts and marks of archives, is in the service's own database.
class TenantSpaces {
 public:
  virtual ~TenantSpaces() = default;

  /// Sessions with the service's own database.
  virtual pg::Pool& service() = 0;
  /// At one instant. A tenant without a space has nothing in each table of the reference.
  virtual SpaceContents contents(const TenantId& tenant, const Call& call) = 0;
  /// @throws Error(refused) when erase() would be, so that the tenant's rows elsewhere stay as well.
  virtual void require_erasable(const TenantId& tenant, bool is_archived, const Call& call) = 0;
  /// Archives the tenant's space and drops it; goes on where an earlier call was interrupted.
  /// @throws as TenantDataStore::erase.
  virtual Erasure erase(const SpaceOrder& order, const Call& call) = 0;
  /// Whether an erasure has begun and is not at its end.
  virtual bool is_half_erased(const TenantId& tenant, const Call& call) = 0;
  /// Spaces that bear the tenant's mark, whatever the registry says: "schema tenant_acme" → at least 1.
  virtual Counts marked(const TenantId& tenant, const Call& call) = 0;
  /// Makes the space again from a job's archive. The erasure has come to its end, or not begun.
  /// @throws as TenantDataStore::restore; Error(conflict) when the tenant has a space again.
  virtual Restoration restore(const RestoreRequest& request, const archive::Vault& vault, const archive::Label& label,
                              const Call& call, const ProgressSink& progress) = 0;
};

}  // namespace tenure::store
