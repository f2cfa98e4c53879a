#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

/// The backup of one schema: a script that psql runs too, with the rows inside, in this order:
///
///     -- tenure schema backup 1
///     -- record {…}                what the registry knew of the schema, as JSON
///     -- structure …               its fingerprint
///     \set tenure_schema 'tenant_acme'
///     BEGIN;
///     …                            tables, functions, views; :"tenure_schema" stands for the schema's name
///     COPY :"tenure_schema"."orders" ("id", "note") FROM stdin;
///     …                            rows in PostgreSQL's text format
///     \.
///     -- rows 3:0123…              how many, and a digest of them in any order
///     …                            keys, indexes, triggers
///     COMMIT;
///     -- end 4af0…                 a digest of every line before
namespace tenure::schemas {

inline constexpr std::string_view kBackupFirstLine = "-- tenure schema backup 1";
inline constexpr std::string_view kBackupSchema = ":\"tenure_schema\"";

/// Writes a file that is there only when it is whole; only its owner may read it. One thread at a time.
class BackupWriter {
 public:
  /// @throws Error(unavailable) naming the file when it cannot be written.
  explicit BackupWriter(std::filesystem::path file);
  ~BackupWriter();
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  /// With its line feeds.
  void write(std::string_view text);
  /// Ends it, makes it durable and gives it its name.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The beginning of a file.
struct BackupHead {
  std::string record;
  std::string structure;
  std::string schema;  ///< its name when it was backed up
};

/// Reads a file line by line. One thread at a time.
class BackupReader {
 public:
  /// Checks the whole file by its digest first. @throws Error(corrupt) when it is not whole or not a backup;
  /// Error(not_found) when there is none; Error(unavailable) when it cannot be read.
  explicit BackupReader(const std::filesystem::path& file);
  ~BackupReader();
  BackupReader(const BackupReader&) = delete;
  BackupReader& operator=(const BackupReader&) = delete;

  const BackupHead& head() const;
  /// The next line without its line feed; nothing behind COMMIT.
  bool next(std::string& line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenure::schemas
