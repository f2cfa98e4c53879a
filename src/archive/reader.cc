#include <fmt/format.h>

#include <optional>

#include "archive/archive.h"
#include "archive/archive_file.h"
#include "archive/section_reader.h"
#include "base/error.h"

namespace tenure::archive {
namespace {

/// Adds what an error is about: messages further down say "it".
template <class Action>
auto within(const ArchiveFile& file, std::int64_t section, Action action) {
  try {
    return action();
  } catch (Error& error) {
    if (error.code() == ErrorCode::corrupt) error.in(fmt::format("{}: section {}", file.path().string(), section));
    throw;
  }
}

}  // namespace

struct Reader::State {
  State(const Vault& vault, const Label& of, const WrappedKey& wrapped, const Mark& until)
      : label(of),
        key(derive_file_key(vault.keys().unwrap(wrapped, label.job), label.job, label.service)),
        file(ArchiveFile::open_to_read(vault.file_of(label.job, label.service))),
        mark(until) {}

  void check_all();
  Place place_of(std::int64_t number, std::int64_t offset) const {
    return {.file = file, .label = label, .key = key, .number = number, .offset = offset, .end = mark.length};
  }
  void check_section(std::string& digest, std::int64_t& offset);
  Error corrupt(std::string_view what) const {
    return Error(ErrorCode::corrupt, fmt::format("{}: {}", file.path().string(), what));
  }

  const Label label;
  const FileKey key;
  const ArchiveFile file;
  const Mark mark;
  std::vector<Section> sections;
  Decompressor decompressor;
  std::optional<SectionReader> open;
  std::int64_t open_number = 0;
};

void Reader::State::check_all() {
  if (mark.length < kFirstSection) throw corrupt("its mark lies within its header");
  if (file.size() < mark.length) throw corrupt("is shorter than its mark");
  const auto header = file.read(0, kHeaderSize);
  try {
    check_header(header, key);
  } catch (Error& error) {
    throw std::move(error).in(file.path().string());
  }
  auto digest = hash_of(header);
  for (auto offset = kFirstSection; offset < mark.length;) check_section(digest, offset);
  if (static_cast<std::int64_t>(sections.size()) != mark.sections) throw corrupt("has another number of sections");
  if (to_hex(digest) != mark.digest) throw corrupt("has another digest than its mark");
}

void Reader::State::check_section(std::string& digest, std::int64_t& offset) {
  const auto number = static_cast<std::int64_t>(sections.size());
  within(file, number, [&] {
    SectionReader reader(place_of(number, offset), decompressor);
    if (reader.digest_before() != digest) {
      throw Error(ErrorCode::corrupt, "what stands before it is not what stood there when it was written");
    }
    for (std::string_view piece; reader.next(piece);) continue;
    sections.push_back({.number = number,
                        .info = reader.info(),
                        .rows = reader.footer().rows,
                        .bytes = reader.footer().bytes,
                        .offset = offset});
    offset = reader.end();
    digest = reader.digest();
  });
}

Reader::Reader(const Vault& vault, const Label& label, const WrappedKey& key, const Mark& mark) {
  // Nothing was ever kept, so there need not be a file.
  if (mark == Mark{}) return;
  state_ = std::make_unique<State>(vault, label, key, mark);
  state_->check_all();
}

Reader::~Reader() = default;

const std::vector<Reader::Section>& Reader::sections() const {
  static const std::vector<Section> none;
  return state_ ? state_->sections : none;
}

void Reader::open(const Section& section) {
  if (!state_) throw Error(ErrorCode::internal, "a section of another archive is read");
  state_->open_number = section.number;
  within(state_->file, section.number,
         [&] { state_->open.emplace(state_->place_of(section.number, section.offset), state_->decompressor); });
}

bool Reader::next(std::string_view& piece) {
  return within(state_->file, state_->open_number, [&] { return state_->open->next(piece); });
}

}  // namespace tenure::archive
