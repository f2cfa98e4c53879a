#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "archive/archive.h"
#include "pg/connection.h"

namespace tenure::store {

/// How far the archive of a job's erasure in this database is valid; nothing when the job has none here. Under the
/// fence.
/// @throws Error(conflict) when the job has another subject here.
std::optional<archive::Mark> find_mark(pg::Connection& connection, const archive::Label& label);

/// The archive that the rows and files of one order go into, with its mark in the service's database. One thread at a
/// time; used by one transaction after the other:
///
///     rows.begin(connection);           // under the fence
///     rows.take_rows(connection, …);    // any number of times
///     rows.keep(connection);            // on disk, and its mark with the transaction
///     transaction.commit();             // else: rows.give_up()
class RowArchive {
 public:
  RowArchive(const archive::Vault& vault, archive::Label label, archive::WrappedKey key);

  /// Opens the file, behind what earlier transactions have kept. @throws Error(unavailable) when it cannot be written,
  /// or somebody else writes it.
  void begin(pg::Connection& connection);
  /// Runs a COPY … TO STDOUT; deleted rows go on with the section that is open when that has the same `info`, all
  /// others begin one, unless there are none. Returns how many.
  std::int64_t take_rows(pg::Connection& connection, const archive::SectionInfo& info, const pg::Sql& copy);
  /// A section that `write` fills.
  void take_file(const archive::SectionInfo& info, const std::function<void(archive::Writer&)>& write);
  /// Makes what was taken durable and writes the mark.
  void keep(pg::Connection& connection);
  /// The transaction was rolled back: what it took is cut off by the next one.
  void give_up() {
    writer_.reset();
    open_.reset();
  }

  const archive::Label& label() const { return label_; }

 private:
  void end_section();

  const archive::Vault& vault_;
  const archive::Label label_;
  const archive::WrappedKey key_;
  std::unique_ptr<archive::Writer> writer_;
  archive::Mark mark_;  ///< as the last transaction kept it
  bool has_new_sections_ = false;
  std::optional<archive::SectionInfo> open_;  ///< of rows
  std::int64_t rows_in_open_ = 0;
};

}  // namespace tenure::store
