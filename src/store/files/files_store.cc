#include "store/files/files_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "store/files/files_receipt.h"

namespace tenure::store {
namespace {

constexpr const char* kFiles = "files";
constexpr const char* kReceiptFile = "receipt.json";
constexpr std::int64_t kFilesAProgressReport = 1000;

std::string erasing_name(const TenantId& tenant) { return ".erasing-" + tenant.str(); }

/// Ends a walk between two entries when its caller no longer waits.
FileRoot::EntrySink until_end_of(const Call& call) {
  return [&call] {
    if (call.deadline.has_passed()) {
      throw Error(ErrorCode::timeout, "the deadline passed between two files", Retry::later);
    }
    if (call.stop.stop_requested()) throw Error(ErrorCode::timeout, "stopped between two files", Retry::later);
  };
}

std::string digest_of(const TenantId& tenant, std::int64_t files) {
  return Digest().add("folder a tenant").add(tenant.str()).add(kFiles).add(std::to_string(files)).hex();
}

/// Keys are chosen by callers and may hold any byte, so the receipt has their digests. Empty when there is none.
std::string answer_key(const std::string& idempotency_key) {
  return idempotency_key.empty() ? std::string() : Digest().add(idempotency_key).hex();
}

/// One erasure of one tenant, under its lock. Each change of the receipt is on disk before what relies on it happens.
class FolderErasure {
 public:
  FolderErasure(const FileRoot& root, const TenantId& tenant, const Call& call, const ProgressSink& progress)
      : root_(root),
        tenant_(tenant),
        call_(call),
        progress_(progress),
        folder_(root.make_folder(kOwnFolder).make_folder(tenant.str())),
        lock_(folder_.try_lock()) {
    if (!lock_) throw Error(ErrorCode::conflict, "another erasure of this tenant runs", Retry::later);
    if (const auto text = folder_.read(kReceiptFile)) receipt_ = receipt_from_json_text(*text);
  }

  Erasure run(const EraseRequest& request) {
    fence(request);
    const auto key = answer_key(request.idempotency_key);
    if (const auto earlier = receipt_.answers.find(key); !key.empty() && earlier != receipt_.answers.end()) {
      return erasure(earlier->second, true);
    }
    // Finds what cannot be removed while nothing has changed yet.
    root_.count_tree(tenant_.str(), until_end_of(call_));
    try {
      finish_tree();
      if (root_.rename_folder(tenant_.str(), erasing_name(tenant_))) finish_tree();
      return answer(key);
    } catch (const Error& error) {
      throw Error(ErrorCode::outcome_unknown, fmt::format("the erasure is not finished: {}", error.what()),
                  Retry::later);
    }
  }

 private:
  void fence(const EraseRequest& request) {
    if (request.job && request.epoch < receipt_.epoch) {
      throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this tenant");
    }
    if (request.epoch <= receipt_.epoch) return;
    receipt_.epoch = request.epoch;
    save();
  }

  /// Removes the tree under the erasing name, whoever put it there, and adds it to what this order removed.
  void finish_tree() {
    if (root_.has_folder(erasing_name(tenant_))) {
      if (!receipt_.tree_files) {
        receipt_.tree_files = root_.count_tree(erasing_name(tenant_), until_end_of(call_));
        save();
      }
      root_.remove_tree(erasing_name(tenant_), reporting());
    }
    if (!receipt_.tree_files) return;
    receipt_.removed_files += *std::exchange(receipt_.tree_files, std::nullopt);
    save();
  }

  FileRoot::EntrySink reporting() const {
    return [this, check = until_end_of(call_), files = std::int64_t{0}]() mutable {
      check();
      if (progress_ && ++files % kFilesAProgressReport == 0) {
        progress_({{kFiles, std::min(files, receipt_.tree_files.value_or(0)) + receipt_.removed_files}});
      }
    };
  }

  Erasure answer(const std::string& key) {
    const auto files = std::exchange(receipt_.removed_files, 0);
    const FilesAnswer answer{files, digest_of(tenant_, files)};
    if (!key.empty()) receipt_.answers[key] = answer;
    save();
    if (progress_) progress_({{kFiles, files}});
    return erasure(answer, false);
  }

  static Erasure erasure(const FilesAnswer& answer, bool is_replay) {
    return {.deleted_counts = {{kFiles, answer.files}}, .digest = answer.digest, .is_replay = is_replay};
  }

  void save() const { folder_.write_durably(kReceiptFile, to_json_text(receipt_)); }

  const FileRoot& root_;
  const TenantId& tenant_;
  const Call& call_;
  const ProgressSink& progress_;
  FileRoot folder_;
  std::optional<Fd> lock_;
  FilesReceipt receipt_;
};

}  // namespace

FilesStore::FilesStore(std::string service, estate::Directory directory)
    : service_(std::move(service)), directory_(std::move(directory)) {}

Preview FilesStore::preview(const Subject& subject, const Call& call) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return {.data_counts = {{kFiles, tenant == nullptr ? 0 : count(*tenant, call)}}};
}

Erasure FilesStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  const auto* tenant = std::get_if<TenantId>(&request.subject);
  if (tenant == nullptr) return {.deleted_counts = {{kFiles, 0}}};
  const auto root = open_root();
  try {
    return FolderErasure(root, *tenant, call, progress).run(request);
  } catch (Error& error) {
    throw std::move(error.in(fmt::format("service {}", service_)));
  }
}

Residue FilesStore::verify(const Subject& subject, const Call& call) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  const auto files = tenant == nullptr ? 0 : count(*tenant, call);
  return files == 0 ? Residue{} : Residue{.rows_left = {{kFiles, files}}};
}

FileRoot FilesStore::open_root() const {
  try {
    return FileRoot(directory_.root);
  } catch (Error& error) {
    throw std::move(error.in(fmt::format("services.{}.directory", service_)));
  }
}

std::int64_t FilesStore::count(const TenantId& tenant, const Call& call) const {
  const auto root = open_root();
  try {
    return root.count_tree(tenant.str(), until_end_of(call)) +
           root.count_tree(erasing_name(tenant), until_end_of(call));
  } catch (Error& error) {
    throw std::move(error.in(fmt::format("service {}", service_)));
  }
}

}  // namespace tenure::store
