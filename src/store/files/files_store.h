#pragma once

#include <optional>
#include <string>

#include "archive/archive.h"
#include "estate/estate.h"
#include "store/files/file_root.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// The deletion contract over a folder a tenant: {root}/{tenant_id}/… (docs/estate.md, `directory:`). Counts are under
/// "files": files and links at every depth. A folder a tenant holds nothing by user, so a UserId is answered with zero
/// counts.
///
/// An erasure first renames the folder to .erasing-{tenant_id}, where nothing finds it any more, and counts it; then
/// the files go one by one. Whatever ends it before its answer, the next call with any key finishes the tree and
/// answers with all that went since the rename. From the rename on, an error is Error(outcome_unknown); before it
/// nothing has changed. Answers are kept in {root}/.tenure/{tenant_id}/, on disk before they are given.
///
/// With an archive key the files go into the job's archive before they are removed, with their folders and modes; only
/// the same job goes on with a tree that was broken off then, and restore() puts back what it still holds.
///
/// One erasure of a tenant at a time, over all processes that share the root: another is Error(conflict), to be
/// retried. A call without a job is not compared with the epochs of jobs. Thread-safe.
class FilesStore final : public TenantDataStore {
 public:
  /// `service` is the name in the estate file, for messages. The root is opened by each call.
  FilesStore(std::string service, estate::Directory directory, std::optional<archive::Vault> vault = std::nullopt);

  /// Counts what is there now. @throws Error(unavailable) when the root is not there.
  Preview preview(const Subject& subject, const Call& call) override;
  /// @throws Error(conflict) for an epoch lower than one seen before, or while another erasure of the tenant runs.
  Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return vault_.has_value(); }
  Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) override;

 private:
  FileRoot open_root() const;
  std::int64_t count(const TenantId& tenant, const Call& call) const;

  std::string service_;
  estate::Directory directory_;
  std::optional<archive::Vault> vault_;
};

}  // namespace tenure::store
