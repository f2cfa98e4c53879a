#include "store/files/tenant_folder.h"

#include "base/error.h"

namespace tenure::store {
namespace {

constexpr const char* kReceiptFile = "receipt.json";

}  // namespace

std::string erasing_name(const TenantId& tenant) { return ".erasing-" + tenant.str(); }

FileRoot::EntrySink until_end_of(const Call& call) {
  return [&call] { call.check(); };
}

TenantFolder::TenantFolder(const FileRoot& root, const TenantId& tenant)
    : root_(root),
      tenant_(tenant),
      folder_(root.make_folder(kOwnFolder).make_folder(tenant.str())),
      lock_(folder_.try_lock()) {
  if (!lock_) throw Error(ErrorCode::conflict, "another order for this tenant's files runs", Retry::later);
  if (const auto text = folder_.read(kReceiptFile)) receipt_ = receipt_from_json_text(*text);
}

void TenantFolder::fence(const std::optional<JobId>& job, std::int64_t epoch) {
  if (job && epoch < receipt_.epoch) {
    throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this tenant");
  }
  if (epoch <= receipt_.epoch) return;
  receipt_.epoch = epoch;
  save();
}

void TenantFolder::save() const { folder_.write_durably(kReceiptFile, to_json_text(receipt_)); }

}  // namespace tenure::store
