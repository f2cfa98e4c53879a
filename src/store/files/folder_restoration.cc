#include "store/files/folder_restoration.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/error.h"
#include "base/failpoint.h"
#include "store/files/archived_files.h"

namespace tenure::store {
namespace {

class Run {
 public:
  Run(TenantFolder& folder, const archive::Label& label, const Call& call)
      : folder_(folder),
        job_(label.job.str()),
        name_(folder.tenant().str()),
        tree_name_(erasing_name(folder.tenant())),
        check_time_(until_end_of(call)) {}

  Restoration operator()(const archive::Vault& vault, const archive::Label& label, const archive::WrappedKey& key) {
    auto& receipt = folder_.receipt();
    if (const auto earlier = receipt.restored.find(job_); earlier != receipt.restored.end()) {
      return answer(earlier->second, true);
    }
    const auto kept = receipt.archives.find(job_);
    if (kept == receipt.archives.end() && receipt.unarchived.contains(job_)) {
      throw Error(ErrorCode::refused, "the job has removed files without an archive here, so nothing can come back");
    }
    const auto mark = kept == receipt.archives.end() ? archive::Mark{} : kept->second;
    archive::Reader reader(vault, label, key, mark);
    const bool has_tree = receipt.tree_job == job_ && folder_.root().has_folder(tree_name_);
    auto files = has_tree || mark.length > 0 ? bring_back(reader, has_tree) : 0;
    TENURE_FAILPOINT("restore.rows.after");
    if (receipt.tree_job == job_) {
      // Also what an earlier call, that was cut off, has put back.
      files = std::max(files, receipt.tree_files.value_or(0) + receipt.removed_files);
      receipt.tree_job.reset();
      receipt.tree_files.reset();
      receipt.removed_files = 0;
    }
    receipt.restored[job_] = files;
    folder_.save();
    TENURE_FAILPOINT("restore.commit.after");
    return answer(files, false);
  }

 private:
  static Restoration answer(std::int64_t files, bool is_replay) {
    Restoration restoration{.is_replay = is_replay};
    if (files > 0) restoration.restored_counts[kFiles] = files;
    return restoration;
  }

  std::int64_t bring_back(archive::Reader& reader, bool has_tree) {
    auto paths = archived_files(reader);
    auto moved = has_tree ? files_of_tree(paths) : std::set<std::string>();
    const bool is_free = !folder_.root().has_folder(name_);
    if (has_tree && !is_free) refuse_taken(moved);
    // Nobody sees the tenant without its folder for longer than it takes to rename it.
    if (has_tree && is_free) folder_.root().rename_folder(tree_name_, name_);
    const auto home = folder_.root().make_folder(name_);
    RestoredFiles files(
        reader, [&](const std::string&) -> const FileRoot& { return home; }, check_time_);
    files.check();
    if (has_tree && !is_free) move_files(home, moved);
    try {
      files.write();
      files.write_folders();
    } catch (const Error&) {
      files.undo();
      throw;
    }
    // What is left of the tree is what came back from the archive.
    if (has_tree && !is_free) folder_.root().remove_tree(tree_name_);
    paths.merge(moved);
    return static_cast<std::int64_t>(paths.size());
  }

  static std::set<std::string> archived_files(const archive::Reader& reader) {
    std::set<std::string> paths;
    for (const auto& section : reader.sections()) {
      if (!S_ISDIR(static_cast<mode_t>(section.info.mode))) paths.insert(section.info.name);
    }
    return paths;
  }

  std::set<std::string> files_of_tree(const std::set<std::string>& archived) {
    std::set<std::string> paths;
    folder_.root().visit_tree(tree_name_, [&](const std::string& path, std::int64_t mode) {
      check_time_();
      if (!S_ISDIR(static_cast<mode_t>(mode)) && !archived.contains(path)) paths.insert(path);
    });
    return paths;
  }

  void refuse_taken(const std::set<std::string>& paths) {
    const auto home = folder_.root().open_folder(name_);
    for (const auto& path : paths) {
      if (home && home->find(path)) {
        throw Error(ErrorCode::conflict, "a newer file is in the way of one that comes back");
      }
    }
  }

  void move_files(const FileRoot& home, const std::set<std::string>& paths) {
    const auto tree = folder_.root().open_folder(tree_name_);
    for (const auto& path : paths) {
      check_time_();
      tree->move_to(home, path);
    }
    home.sync_folders({paths.begin(), paths.end()});
  }

  TenantFolder& folder_;
  const std::string job_;
  const std::string name_;
  const std::string tree_name_;
  const FileRoot::EntrySink check_time_;
};

}  // namespace

Restoration restore_folder(TenantFolder& folder, const archive::Vault& vault, const archive::Label& label,
                           const archive::WrappedKey& key, const Call& call) {
  return Run(folder, label, call)(vault, label, key);
}

}  // namespace tenure::store
