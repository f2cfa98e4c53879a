#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "store/files/file_root.h"
#include "store/files/files_receipt.h"

namespace tenure::store {

/// How counts and archives call the files of a tenant.
inline constexpr const char* kFiles = "files";

/// What a tenant's folder is called while it is erased.
std::string erasing_name(const TenantId& tenant);

/// Ends a walk between two entries when its caller no longer waits. @throws Error(timeout).
FileRoot::EntrySink until_end_of(const Call& call);

/// A tenant's folder with its receipt, held by one order alone, over all processes, until it is destroyed.
class TenantFolder {
 public:
  /// @throws Error(conflict, retry later) while somebody else holds it; Error(corrupt) for a damaged receipt.
  TenantFolder(const FileRoot& root, const TenantId& tenant);

  /// Raises the fence. @throws Error(conflict) when a higher epoch holds it.
  void fence(const std::optional<JobId>& job, std::int64_t epoch);
  /// On disk when it returns.
  void save() const;

  const FileRoot& root() const { return root_; }
  const TenantId& tenant() const { return tenant_; }
  FilesReceipt& receipt() { return receipt_; }

 private:
  const FileRoot& root_;
  const TenantId tenant_;
  const FileRoot folder_;
  const std::optional<Fd> lock_;
  FilesReceipt receipt_;
};

}  // namespace tenure::store
