#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "archive/archive.h"
#include "archive/archive_file.h"
#include "archive/bytes.h"
#include "archive/section_reader.h"
#include "archive/section_writer.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "base/planted_bug.h"

namespace tenure::archive {
namespace {

ArchiveFile open_file(const Vault& vault, const Label& label) {
  const auto path = vault.file_of(label.job, label.service);
  make_folder(path.parent_path());
  return ArchiveFile::open_alone(path);
}

}  // namespace

struct Writer::State {
  State(const Vault& vault, Label of, const WrappedKey& wrapped)
      : label(std::move(of)),
        key(derive_file_key(vault.keys().unwrap(wrapped, label.job), label.job, label.service)),
        file(open_file(vault, label)) {}

  void start();
  void go_on(const Mark& committed);
  std::string digest_of_last_section(const Mark& committed) const;
  void put(std::string_view bytes);
  template <class Action>
  void attempt(bool wants_open_section, Action action);

  const Label label;
  const FileKey key;
  const ArchiveFile file;
  std::int64_t length = 0;
  std::int64_t sections = 0;
  std::string digest;  ///< of the file up to the end of its last section
  bool are_folders_synced = false;
  bool is_broken = false;
  Compressor compressor{kContentSize};
  std::optional<SectionWriter> section;
};

void Writer::State::start() {
  file.cut(0);
  const auto header = header_of(key);
  put(header);
  digest = hash_of(header);
}

void Writer::State::go_on(const Mark& committed) {
  if (file.size() < committed.length) throw Error(ErrorCode::corrupt, "is shorter than its mark");
  const auto header = file.read(0, kHeaderSize);
  check_header(header, key);
  digest = committed.length == kFirstSection ? hash_of(header) : digest_of_last_section(committed);
  if (to_hex(digest) != committed.digest) throw Error(ErrorCode::corrupt, "has another digest than its mark");
  file.cut(committed.length);
  length = committed.length;
  sections = committed.sections;
  // There is a mark, so they have been synced with it.
  are_folders_synced = true;
}

std::string Writer::State::digest_of_last_section(const Mark& committed) const {
  const auto end = committed.length;
  if (end < kFirstSection + kTrailerSize) throw Error(ErrorCode::corrupt, "ends within its header");
  const auto size = ByteReader(file.read(end - kTrailerSize, kTrailerSize)).i64();
  if (size > end - kFirstSection) throw Error(ErrorCode::corrupt, "does not end with a section");
  auto at = end - size;
  Decompressor unused;
  const SectionReader described(
      {.file = file, .label = label, .key = key, .number = committed.sections - 1, .offset = at, .end = end}, unused);
  Hash hash;
  for (std::string piece(kContentSize, '\0'); at < end; at += static_cast<std::int64_t>(piece.size())) {
    piece.resize(std::min(kContentSize, static_cast<std::size_t>(end - at)));
    file.read(at, piece.data(), piece.size());
    hash.add(piece);
  }
  return hash.bytes();
}

void Writer::State::put(std::string_view bytes) {
  file.write(length, bytes);
  length += static_cast<std::int64_t>(bytes.size());
}

/// After a failure the file holds who knows what: nothing more is written, and no mark is given.
template <class Action>
void Writer::State::attempt(bool wants_open_section, Action action) {
  if (is_broken) throw Error(ErrorCode::internal, "an archive is used after it could not be written");
  if (section.has_value() != wants_open_section) {
    throw Error(ErrorCode::internal, wants_open_section ? "no section of an archive is open" : "a section is open");
  }
  is_broken = true;
  action();
  is_broken = false;
}

Writer::Writer(const Vault& vault, const Label& label, const WrappedKey& key, const ReadMark& read_mark)
    : state_(std::make_unique<State>(vault, label, key)) {
  const auto committed = read_mark();
  if (committed.length == 0) {
    state_->start();
    return;
  }
  try {
    state_->go_on(committed);
  } catch (Error& error) {
    if (error.code() == ErrorCode::corrupt) error.in(state_->file.path().string());
    throw;
  }
}

Writer::~Writer() = default;

void Writer::begin_section(const SectionInfo& info) {
  state_->attempt(false, [&] {
    const auto description = describe(info, state_->label, state_->key, state_->sections);
    state_->section.emplace(state_->key, state_->digest, state_->sections, description, state_->compressor,
                            [state = state_.get()](std::string_view bytes) { state->put(bytes); });
  });
}

void Writer::append(std::string_view bytes) {
  state_->attempt(true, [&] { state_->section->append(bytes); });
}

void Writer::end_section(std::int64_t rows) {
  if (rows < 0) throw Error(ErrorCode::internal, "a section of an archive cannot have fewer than no rows");
  state_->attempt(true, [&] {
    state_->digest = state_->section->finish(rows);
    state_->section.reset();
    ++state_->sections;
  });
}

Mark Writer::seal() {
  state_->attempt(false, [&] {
    TENURE_FAILPOINT("erase.archive.before_sync");
    // What is not synced is what a power cut takes.
    TENURE_BUG("archive.not_synced") ? state_->file.cut(state_->length / 2) : state_->file.sync();
    if (!state_->are_folders_synced) {
      const auto folder = state_->file.path().parent_path();
      sync_folder(folder);
      sync_folder(folder.parent_path());
      state_->are_folders_synced = true;
    }
    TENURE_FAILPOINT("erase.archive.after_sync");
  });
  return {.length = state_->length, .sections = state_->sections, .digest = to_hex(state_->digest)};
}

}  // namespace tenure::archive
