#include "store/files/archived_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "base/error.h"

namespace tenure::store {
namespace {

bool is_file(const archive::Reader::Section& section) {
  return section.info.content == archive::Content::file && !S_ISDIR(static_cast<mode_t>(section.info.mode));
}

}  // namespace

std::int64_t archive_file(const FileRoot& root, const std::string& root_name, const std::string& path,
                          const TakeSection& take, const std::function<void()>& between_pieces) {
  const auto stored = root.find(path);
  if (!stored) return 0;
  std::int64_t size = 0;
  const archive::SectionInfo info{
      .content = archive::Content::file, .name = path, .root = root_name, .mode = stored->mode};
  take(info, [&](archive::Writer& writer) {
    read_content(*stored, [&](std::string_view piece) {
      between_pieces();
      writer.append(piece);
      size += static_cast<std::int64_t>(piece.size());
    });
  });
  return size;
}

void RestoredFiles::check() {
  for_each_newest([&](const archive::Reader::Section& section) {
    if (is_file(section)) is_there(section);
  });
}

// One that was archived again was changed in between, by whoever had it open.
void RestoredFiles::for_each_newest(const std::function<void(const archive::Reader::Section&)>& visit) {
  std::set<std::pair<std::string, std::string>> seen;
  for (auto section = reader_.sections().rbegin(); section != reader_.sections().rend(); ++section) {
    if (section->info.content != archive::Content::file) continue;
    if (!seen.emplace(section->info.root, section->info.name).second) continue;
    between_files_();
    visit(*section);
  }
}

// What lies there is read beside what was archived, piece by piece.
bool RestoredFiles::is_there(const archive::Reader::Section& section) {
  const auto stored = roots_(section.info.root).find(section.info.name);
  if (!stored) return false;
  bool is_same = stored->is_link() == S_ISLNK(static_cast<mode_t>(section.info.mode));
  std::int64_t compared = 0;
  if (is_same) {
    reader_.read(section, [&](std::string_view piece) {
      is_same = is_same && read_content_at(*stored, compared, piece.size()) == piece;
      compared += static_cast<std::int64_t>(piece.size());
    });
    is_same = is_same && read_content_at(*stored, compared, 1).empty();
  }
  if (is_same) return true;
  throw Error(ErrorCode::conflict,
              fmt::format("{}: a newer file is in the way of one that comes back", section.info.root));
}

Counts RestoredFiles::write() {
  Counts counts;
  for_each_newest([&](const archive::Reader::Section& section) {
    if (!is_file(section)) return;
    ++counts[section.info.root];
    if (is_there(section)) return;
    roots_(section.info.root).create(section.info.name, section.info.mode, [&](const TakeBytes& take) {
      reader_.read(section, [&](std::string_view piece) { take(piece); });
    });
    made_[section.info.root].push_back(section.info.name);
  });
  for (const auto& [root, paths] : made_) roots_(root).sync_folders(paths);
  return counts;
}

// Those within a folder were archived behind it, so they come before it: it may not let anybody in.
void RestoredFiles::write_folders() {
  for_each_newest([&](const archive::Reader::Section& section) {
    if (!is_file(section)) roots_(section.info.root).create_folder(section.info.name, section.info.mode);
  });
}

void RestoredFiles::undo() noexcept {
  for (const auto& [root, paths] : made_) {
    for (const auto& path : paths) {
      try {
        roots_(root).remove(path);
      } catch (const Error&) {
        // It stays beside the archive that has it too; the next restoration finds it as it was.
        continue;
      }
    }
  }
  made_.clear();
}

}  // namespace tenure::store
