#include "schemas/backup/backup_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

#include "base/digest.h"
#include "base/error.h"
#include "base/fd.h"

namespace tenure::schemas {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0600;
constexpr std::string_view kRecordLine = "-- record ";
constexpr std::string_view kStructureLine = "-- structure ";
constexpr std::string_view kSchemaLine = "\\set tenure_schema ";
constexpr std::string_view kEndLine = "-- end ";

Error refused_by_system(const fs::path& path, std::string_view what) {
  return Error(ErrorCode::unavailable,
               fmt::format("{}: {}: {}", path.string(), what, std::system_category().message(errno)), Retry::later);
}

Error corrupt(const fs::path& path, std::string_view what) {
  return Error(ErrorCode::corrupt, fmt::format("{}: {}", path.string(), what));
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

/// psql's: 'it''s'
std::string unquoted(std::string_view text) {
  std::string plain;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    plain += text[at];
    if (text[at] == '\'' || text[at] == '\\') ++at;
  }
  return plain;
}

/// What the line holds behind `beginning`.
std::string rest_of(const fs::path& path, std::ifstream& lines, std::string_view beginning) {
  std::string line;
  if (!std::getline(lines, line) || !line.starts_with(beginning)) throw corrupt(path, "is no backup of a schema");
  return line.substr(beginning.size());
}

/// Reads it to its end: the digest of all lines before the last must be what that one says.
void require_whole(const fs::path& path) {
  std::ifstream lines(path);
  Digest digest;
  std::string line;
  std::string next;
  if (!std::getline(lines, line) || line != kBackupFirstLine) throw corrupt(path, "is no backup of a schema");
  for (; std::getline(lines, next); line = std::move(next)) digest.add(line);
  if (lines.bad()) throw Error(ErrorCode::unavailable, path.string() + ": cannot be read", Retry::later);
  if (!line.starts_with(kEndLine)) throw corrupt(path, "ends too early");
  if (line.substr(kEndLine.size()) != digest.hex()) throw corrupt(path, "is not as it was written");
}

}  // namespace

struct BackupWriter::State {
  fs::path path;
  fs::path unfinished;
  File file;
  Digest digest;
  std::string line;  // of text that has not come to its line feed

  void put(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()) {
      throw refused_by_system(unfinished, "cannot be written");
    }
  }
};

BackupWriter::BackupWriter(fs::path file) : state_(std::make_unique<State>()) {
  state_->path = std::move(file);
  state_->unfinished = state_->path;
  state_->unfinished += ".unfinished";
  ::unlink(state_->unfinished.c_str());
  Fd fd(::open(state_->unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!fd.is_open()) throw refused_by_system(state_->path, "cannot be written");
  state_->file.reset(::fdopen(fd.release(), "w"));
}

BackupWriter::~BackupWriter() {
  if (!state_->file) return;
  state_->file.reset();
  ::unlink(state_->unfinished.c_str());
}

void BackupWriter::write(std::string_view text) {
  state_->put(text);
  while (true) {
    const auto end = text.find('\n');
    state_->line += text.substr(0, end);
    if (end == std::string_view::npos) return;
    state_->digest.add(state_->line);
    state_->line.clear();
    text.remove_prefix(end + 1);
  }
}

void BackupWriter::finish() {
  state_->put(fmt::format("{}{}\n", kEndLine, state_->digest.hex()));
  if (std::fflush(state_->file.get()) != 0 || ::fsync(::fileno(state_->file.get())) != 0) {
    throw refused_by_system(state_->unfinished, "cannot be written");
  }
  state_->file.reset();
  if (::rename(state_->unfinished.c_str(), state_->path.c_str()) != 0) {
    throw refused_by_system(state_->path, "cannot be written");
  }
  const Fd folder(::open(state_->path.parent_path().empty() ? "." : state_->path.parent_path().c_str(),
                         O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) throw refused_by_system(state_->path, "cannot be made durable");
}

struct BackupReader::State {
  std::ifstream lines;
  BackupHead head;
  bool is_over = false;
};

BackupReader::BackupReader(const fs::path& file) : state_(std::make_unique<State>()) {
  if (!fs::exists(file)) throw Error(ErrorCode::not_found, file.string() + ": is not there");
  require_whole(file);
  auto& lines = state_->lines;
  lines.open(file);
  rest_of(file, lines, kBackupFirstLine);
  state_->head.record = rest_of(file, lines, kRecordLine);
  state_->head.structure = rest_of(file, lines, kStructureLine);
  state_->head.schema = unquoted(rest_of(file, lines, kSchemaLine));
}

BackupReader::~BackupReader() = default;

const BackupHead& BackupReader::head() const { return state_->head; }

bool BackupReader::next(std::string& line) {
  if (state_->is_over || !std::getline(state_->lines, line)) return false;
  state_->is_over = line == "COMMIT;";
  return !state_->is_over;
}

}  // namespace tenure::schemas
