#include "store/files/folder_erasure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/failpoint.h"

namespace tenure::store {
namespace {

constexpr std::int64_t kFilesAProgressReport = 1000;

std::string digest_of(const TenantId& tenant, std::int64_t files) {
  return Digest().add("folder a tenant").add(tenant.str()).add(kFiles).add(std::to_string(files)).hex();
}

/// Keys are chosen by callers and may hold any byte, so the receipt has their digests. Empty when there is none.
std::string answer_key(const std::string& idempotency_key) {
  return idempotency_key.empty() ? std::string() : Digest().add(idempotency_key).hex();
}

Erasure erasure(const FilesAnswer& answer, bool is_replay) {
  return {.deleted_counts = {{kFiles, answer.files}}, .digest = answer.digest, .is_replay = is_replay};
}

}  // namespace

FolderErasure::FolderErasure(TenantFolder& folder, const archive::Vault* vault, const std::string& service,
                             const Call& call, const ProgressSink& progress)
    : folder_(folder), vault_(vault), service_(service), call_(call), progress_(progress) {}

Erasure FolderErasure::run(const EraseRequest& request) {
  folder_.fence(request.job, request.epoch);
  TENURE_FAILPOINT("erase.fence.after");
  check(request);
  const auto& answers = folder_.receipt().answers;
  const auto key = answer_key(request.idempotency_key);
  if (const auto earlier = answers.find(key); !key.empty() && earlier != answers.end()) {
    return erasure(earlier->second, true);
  }
  const auto name = folder_.tenant().str();
  // Finds what cannot be removed, or archived, while nothing has changed yet.
  folder_.root().count_tree(name, until_end_of(call_));
  if (request.archive_key) {
    refuse_unarchivable(folder_.root(), name, until_end_of(call_));
    const archive::Label label{.job = *request.job, .service = service_, .subject = folder_.tenant()};
    archive_.emplace(folder_, *vault_, label, *request.archive_key);
  }
  try {
    finish_tree(request);
    if (folder_.root().has_folder(name)) {
      // Whose archive the files go into, if anybody's; an earlier order may have been cut off before it took them.
      auto& receipt = folder_.receipt();
      receipt.tree_job = request.archive_key ? std::optional(request.job->str()) : std::nullopt;
      folder_.save();
    }
    if (folder_.root().rename_folder(name, erasing_name(folder_.tenant()))) finish_tree(request);
    return answer(key);
  } catch (const Error& error) {
    throw Error(ErrorCode::outcome_unknown, fmt::format("the erasure is not finished: {}", error.what()), Retry::later);
  }
}

void FolderErasure::check(const EraseRequest& request) const {
  const auto& receipt = folder_.receipt();
  if (request.archive_key && !request.job) {
    throw Error(ErrorCode::invalid_argument, "archive_key: an archive belongs to a job");
  }
  if (request.archive_key && vault_ == nullptr) {
    throw Error(ErrorCode::refused, "the estate has no archive, so nothing can go into it");
  }
  if (request.job && receipt.restored.contains(request.job->str())) {
    throw Error(ErrorCode::conflict, "the job was rolled back here; what it erased has been restored");
  }
  // Its files belong into that job's archive, and this order has not the key.
  const bool is_ours = request.archive_key && receipt.tree_job == request.job->str();
  if (receipt.tree_job && !is_ours && folder_.root().has_folder(erasing_name(folder_.tenant()))) {
    throw Error(ErrorCode::conflict, "a job's erasure of this tenant is not finished", Retry::later);
  }
}

/// Removes the tree under the erasing name, whoever put it there, and adds it to what this order removed.
void FolderErasure::finish_tree(const EraseRequest& request) {
  auto& receipt = folder_.receipt();
  if (folder_.root().has_folder(erasing_name(folder_.tenant()))) {
    if (!receipt.tree_files) {
      receipt.tree_files = folder_.root().count_tree(erasing_name(folder_.tenant()), until_end_of(call_));
      folder_.save();
    }
    remove_tree(request);
  }
  if (!receipt.tree_files) return;
  receipt.removed_files += *std::exchange(receipt.tree_files, std::nullopt);
  folder_.save();
}

void FolderErasure::remove_tree(const EraseRequest& request) {
  if (archive_) return archive_->take_tree(until_end_of(call_), reporting());
  if (request.job && folder_.receipt().unarchived.insert(request.job->str()).second) folder_.save();
  folder_.root().remove_tree(erasing_name(folder_.tenant()), reporting());
}

FileRoot::EntrySink FolderErasure::reporting() const {
  return [this, check = until_end_of(call_), files = std::int64_t{0}]() mutable {
    check();
    if (progress_ && ++files % kFilesAProgressReport == 0) {
      const auto& receipt = folder_.receipt();
      progress_({{kFiles, std::min(files, receipt.tree_files.value_or(0)) + receipt.removed_files}});
    }
  };
}

Erasure FolderErasure::answer(const std::string& key) {
  auto& receipt = folder_.receipt();
  const auto files = std::exchange(receipt.removed_files, 0);
  const FilesAnswer answer{files, digest_of(folder_.tenant(), files)};
  receipt.tree_job.reset();
  if (!key.empty()) receipt.answers[key] = answer;
  folder_.save();
  TENURE_FAILPOINT("erase.commit.after");
  if (progress_) progress_({{kFiles, files}});
  return erasure(answer, false);
}

}  // namespace tenure::store
