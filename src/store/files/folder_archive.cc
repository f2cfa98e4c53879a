#include "store/files/folder_archive.h"

#include <sys/stat.h>

#include "base/error.h"
#include "base/failpoint.h"
#include "store/files/archived_files.h"

namespace tenure::store {
namespace {

constexpr std::size_t kFilesAPage = 1000;
constexpr std::int64_t kBytesAPage = std::int64_t{64} * 1024 * 1024;

bool is_folder(std::int64_t mode) { return S_ISDIR(static_cast<mode_t>(mode)); }

archive::Mark mark_of(TenantFolder& folder, const std::string& job) {
  const auto found = folder.receipt().archives.find(job);
  return found == folder.receipt().archives.end() ? archive::Mark{} : found->second;
}

}  // namespace

FolderArchive::FolderArchive(TenantFolder& folder, const archive::Vault& vault, const archive::Label& label,
                             const archive::WrappedKey& key)
    : folder_(folder), job_(label.job.str()), writer_(vault, label, key, [&] { return mark_of(folder, job_); }) {
  // From here on the job has an archive, be it empty.
  if (folder_.receipt().archives.try_emplace(job_).second) folder_.save();
}

void FolderArchive::take_tree(const FileRoot::EntrySink& check_time, const FileRoot::EntrySink& before_file) {
  take_folders(check_time);
  // Until a walk meets no file any more: something may still write into a folder that it has open.
  do {
    while (take_files(before_file)) continue;
  } while (!folder_.root().remove_empty_tree(erasing_name(folder_.tenant())));
}

// Before the first file goes: whatever is cut off then, the archive knows every folder and its mode.
void FolderArchive::take_folders(const FileRoot::EntrySink& check_time) {
  const auto name = erasing_name(folder_.tenant());
  const auto tree = folder_.root().open_folder(name);
  if (!tree) return;
  const auto take_folder = [&](const std::string& path, std::int64_t mode) {
    take({.content = archive::Content::file, .name = path, .root = kFiles, .mode = mode}, [](archive::Writer&) {});
  };
  take_folder("", tree->mode());
  folder_.root().visit_tree(name, [&](const std::string& path, std::int64_t mode) {
    check_time();
    if (is_folder(mode)) take_folder(path, mode);
  });
  end_page(*tree);
}

bool FolderArchive::take_files(const FileRoot::EntrySink& before_file) {
  const auto name = erasing_name(folder_.tenant());
  const auto tree = folder_.root().open_folder(name);
  if (!tree) return false;
  bool has_files = false;
  folder_.root().visit_tree(name, [&](const std::string& path, std::int64_t mode) {
    if (is_folder(mode)) return;
    has_files = true;
    before_file();
    page_bytes_ += archive_file(
        *tree, kFiles, path, [&](const auto& info, const auto& fill) { take(info, fill); }, [] {});
    page_.push_back(path);
    if (page_.size() >= kFilesAPage || page_bytes_ >= kBytesAPage) end_page(*tree);
  });
  end_page(*tree);
  return has_files;
}

void FolderArchive::take(const archive::SectionInfo& info, const std::function<void(archive::Writer&)>& fill) {
  writer_.begin_section(info);
  fill(writer_);
  writer_.end_section(1);
  has_new_sections_ = true;
}

void FolderArchive::end_page(const FileRoot& tree) {
  if (has_new_sections_) {
    folder_.receipt().archives[job_] = writer_.seal();
    folder_.save();
    has_new_sections_ = false;
    TENURE_FAILPOINT("erase.files.archived");
  }
  if (page_.empty()) return;
  tree.remove_durably(page_);
  TENURE_FAILPOINT("erase.files.removed");
  page_.clear();
  page_bytes_ = 0;
}

void refuse_unarchivable(const FileRoot& root, const std::string& name, const FileRoot::EntrySink& before_entry) {
  root.visit_tree(name, [&](const std::string&, std::int64_t mode) {
    if (before_entry) before_entry();
    const auto type = static_cast<mode_t>(mode);
    if (S_ISREG(type) || S_ISLNK(type) || S_ISDIR(type)) return;
    throw Error(ErrorCode::refused, "the folder holds a device, a pipe or a socket, which no archive can bring back");
  });
}

}  // namespace tenure::store
