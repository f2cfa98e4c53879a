#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/keys.h"
#include "base/ids.h"
#include "base/subject.h"

/// What a service's rows and files become before they are gone: one file a service and job, compressed, encrypted and
/// authenticated. Its bytes are described in docs/archive_format.md.
///
/// A file is a sequence of sections, each the rows of one table (or one file of a directory) that one transaction took
/// out. A transaction seals what it wrote, which makes it durable, and keeps the Mark in its receipt: what lies behind
/// the last kept mark belongs to no transaction, is never read, and is cut off by the next writer.
namespace tenure::archive {

/// How far a file is valid. Kept in the database by the transaction whose rows it holds.
struct Mark {
  std::int64_t length = 0;    ///< bytes
  std::int64_t sections = 0;  ///< before that
  std::string digest;         ///< covers all bytes before that, 64 hexadecimal digits; empty at length 0
  bool operator==(const Mark&) const = default;
};

/// Which file, and what every section is bound to.
struct Label {
  JobId job;
  std::string service;
  Subject subject;
};

enum class Content {
  deleted_rows,  ///< in PostgreSQL's COPY text format, the columns as named
  changed_rows,  ///< the same: the row's key, the changed columns as they were, and again as the erasure left them
  file,          ///< a file's bytes
};

/// What a section holds.
struct SectionInfo {
  Content content = Content::deleted_rows;
  std::string schema;                ///< of a table
  std::string name;                  ///< of the table; or the file's path below its root
  std::vector<std::string> columns;  ///< in the order of the rows
  std::vector<std::string> key;      ///< of changed_rows: which of the columns find the row again
  std::string root;                  ///< of a file: which root it lies under, as the store calls it
  std::int64_t mode = 0;             ///< of a file: its permission bits
  bool operator==(const SectionInfo&) const = default;
};

/// Where the archives of an estate are. Thread-safe; a value.
class Vault {
 public:
  Vault(std::filesystem::path directory, KeyRing keys) : directory_(std::move(directory)), keys_(std::move(keys)) {}

  const KeyRing& keys() const { return keys_; }
  /// {directory}/{job}/{service}.archive. @throws Error(invalid_argument) for a service that is no name for a file.
  std::filesystem::path file_of(const JobId& job, std::string_view service) const;
  /// Removes every file of the job. Harmless to repeat. @throws Error(unavailable), also when the vault's own folder is
  /// missing: then the files may be where it was.
  void remove_job(const JobId& job) const;
  /// Writes, syncs and removes a file, so that an archive that cannot be written is noticed before an erasure starts.
  /// @throws Error(unavailable) naming the folder and why.
  void check_writable() const;

 private:
  std::filesystem::path directory_;
  KeyRing keys_;
};

/// Reads the mark that is kept in the database.
using ReadMark = std::function<Mark()>;

/// Appends sections to one file. One thread at a time. Every member @throws Error(unavailable, retry later) naming the
/// file when it cannot be written (folder missing, read-only, disk full); the writer is of no use after that.
class Writer {
 public:
  /// Makes the file and its job's folder (not the vault's), or opens it and cuts off what lies behind the mark.
  ///
  /// The file is this writer's alone until it is destroyed, and only then `read_mark` is called. It must read the mark
  /// in the transaction that will keep the next one and that holds the subject's fence. So a process that was stopped
  /// for longer than its lease cannot cut off what its successor has written: while it has the file, there is no
  /// successor, and when it gets the file later, its transaction is gone and `read_mark` throws.
  ///
  /// Checks the header and the last section only, whose digest is the mark's and covers that of all before; what lies
  /// before is checked by whoever reads it. @throws Error(corrupt) when they are not those of the mark, or the file is
  /// shorter; Error(unavailable) also while another writer has the file.
  Writer(const Vault& vault, const Label& label, const WrappedKey& key, const ReadMark& read_mark);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void begin_section(const SectionInfo& info);
  /// Content of the open section, in pieces of any size.
  void append(std::string_view bytes);
  /// `rows`: how many the section holds; 1 for a file.
  void end_section(std::int64_t rows);

  /// Makes everything durable (file and folder are synced) and says how far the file is valid then. More sections can
  /// follow. @throws Error(unavailable) also when the file was removed meanwhile.
  Mark seal();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a file whose mark is known. One thread at a time.
class Reader {
 public:
  /// Where one section is and what it holds.
  struct Section {
    std::int64_t number = 0;  ///< from 0
    SectionInfo info;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;  ///< of its content
    std::int64_t offset = 0;
  };

  /// Reads and authenticates the whole file up to the mark before anything is handed out. @throws Error(corrupt) when
  /// it is shorter, altered, reordered, another job's or service's, or written with another key; Error(not_found) when
  /// there is no file; Error(unavailable) when it cannot be read. An empty mark is that of no section, and needs no
  /// file.
  Reader(const Vault& vault, const Label& label, const WrappedKey& key, const Mark& mark);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// In the order in which they were written; restoring goes backwards.
  const std::vector<Section>& sections() const;

  /// Hands out a section's content piece by piece; `take` must not keep the view. @throws Error(corrupt).
  template <class Take>
  void read(const Section& section, Take&& take) {
    open(section);
    for (std::string_view piece; next(piece);) take(piece);
  }

 private:
  void open(const Section& section);
  bool next(std::string_view& piece);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenure::archive
