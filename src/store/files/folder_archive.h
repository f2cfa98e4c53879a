#pragma once

#include <functional>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "store/files/tenant_folder.h"

namespace tenure::store {

/// Takes the tree that is being erased into a job's archive, page by page, and removes it: a page is archived, its mark
/// saved with the receipt, and only then are its files removed. Folders are kept in the archive with their modes. What
/// is added while this goes on is archived too; nothing is removed that was not.
class FolderArchive {
 public:
  /// Opens the archive behind what is kept of it. The folder must outlive it. @throws Error(unavailable) when it cannot
  /// be written.
  FolderArchive(TenantFolder& folder, const archive::Vault& vault, const archive::Label& label,
                const archive::WrappedKey& key);

  /// All folders go into the archive before the first file is removed. `check_time` is called at each entry of that
  /// walk, `before_file` before each file; throwing from either stops there, and another call goes on.
  void take_tree(const FileRoot::EntrySink& check_time, const FileRoot::EntrySink& before_file);

 private:
  void take_folders(const FileRoot::EntrySink& check_time);
  /// Whether the walk met any file.
  bool take_files(const FileRoot::EntrySink& before_file);
  void take(const archive::SectionInfo& info, const std::function<void(archive::Writer&)>& fill);
  void end_page(const FileRoot& tree);

  TenantFolder& folder_;
  const std::string job_;
  archive::Writer writer_;
  std::vector<std::string> page_;
  std::int64_t page_bytes_ = 0;
  bool has_new_sections_ = false;
};

/// @throws Error(refused) when the folder `name` holds something that no archive can: a device, a pipe or a socket.
void refuse_unarchivable(const FileRoot& root, const std::string& name, const FileRoot::EntrySink& before_entry);

}  // namespace tenure::store
