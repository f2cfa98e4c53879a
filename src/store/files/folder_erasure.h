#pragma once

#include <optional>
#include <string>

#include "archive/archive.h"
#include "base/call.h"
#include "store/files/folder_archive.h"
#include "store/files/tenant_folder.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// One erasure of one tenant's folder. Each change of the receipt is on disk before what relies on it happens.
class FolderErasure {
 public:
  /// `vault` is where the files go first when the request has an archive key.
  FolderErasure(TenantFolder& folder, const archive::Vault* vault, const std::string& service, const Call& call,
                const ProgressSink& progress);

  /// @throws Error(outcome_unknown) once the folder has been renamed; before that, nothing has changed.
  Erasure run(const EraseRequest& request);

 private:
  void check(const EraseRequest& request) const;
  void finish_tree(const EraseRequest& request);
  void remove_tree(const EraseRequest& request);
  FileRoot::EntrySink reporting() const;
  Erasure answer(const std::string& key);

  TenantFolder& folder_;
  const archive::Vault* vault_;
  const std::string& service_;
  const Call& call_;
  const ProgressSink& progress_;
  std::optional<FolderArchive> archive_;
};

}  // namespace tenure::store
