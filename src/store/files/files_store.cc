#include "store/files/files_store.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "store/files/folder_erasure.h"
#include "store/files/folder_restoration.h"

namespace tenure::store {

FilesStore::FilesStore(std::string service, estate::Directory directory, std::optional<archive::Vault> vault)
    : service_(std::move(service)), directory_(std::move(directory)), vault_(std::move(vault)) {}

Preview FilesStore::preview(const Subject& subject, const Call& call) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return {.data_counts = {{kFiles, tenant == nullptr ? 0 : count(*tenant, call)}}};
}

Erasure FilesStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  const auto* tenant = std::get_if<TenantId>(&request.subject);
  if (tenant == nullptr) return {.deleted_counts = {{kFiles, 0}}};
  const auto root = open_root();
  try {
    TenantFolder folder(root, *tenant);
    return FolderErasure(folder, vault_ ? &*vault_ : nullptr, service_, call, progress).run(request);
  } catch (Error& error) {
    throw std::move(error.in(fmt::format("service {}", service_)));
  }
}

Restoration FilesStore::restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) {
  if (!vault_) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can come back");
  const auto* tenant = std::get_if<TenantId>(&request.subject);
  if (tenant == nullptr) return {};
  const auto root = open_root();
  try {
    until_end_of(call)();
    TenantFolder folder(root, *tenant);
    folder.fence(request.job, request.epoch);
    const archive::Label label{.job = request.job, .service = service_, .subject = request.subject};
    auto restoration = restore_folder(folder, *vault_, label, request.archive_key, call);
    if (progress) progress(restoration.restored_counts);
    return restoration;
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
