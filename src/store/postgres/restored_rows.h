#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "catalog/catalog.h"
#include "pg/connection.h"
#include "store/postgres/restore_sql.h"
#include "store/postgres/touched_rows.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// How counts call a table.
using TableLabels = std::function<std::string(const catalog::TableName&)>;

/// Brings the rows of an archive's sections back inside one transaction, the last section first, which is parents
/// first. Triggers do not fire where the role may leave them out; elsewhere foreign keys are checked by their own.
class RestoredRows {
 public:
  RestoredRows(pg::Connection& connection, const catalog::Catalog& catalog, const RestoreSql& sql, TableLabels labels,
               Restoration& restoration);

  /// Locks the sections' tables and sets the mode. @throws Error(conflict) naming a table that is no longer there.
  void begin(const std::vector<archive::Reader::Section>& sections);
  /// Rows that were deleted or changed. @throws Error(conflict) naming table and constraint when a newer row is in the
  /// way, or the row that one points at is gone.
  void bring_back(archive::Reader& reader, const archive::Reader::Section& section);
  /// After the last section.
  void end(archive::Reader& reader);

  /// Tables in which rows came back, with how many.
  const std::map<catalog::TableName, std::int64_t>& rows() const { return rows_; }
  /// Tables of which rows came back or were changed back.
  std::set<catalog::TableName> tables() const;
  /// Whether the rows of a table that came back are found as the subject's, now that all are back.
  bool by_subject(const catalog::TableName& table);
  bool fires_triggers() const { return fires_triggers_; }
  /// What the server must have counted, and what it has.
  const TouchedRows& expected() const { return expected_; }
  TouchedRows touched() { return touched_since(touched_before_, read_touched_rows(connection_)); }

 private:
  void copy_back(archive::Reader& reader, const archive::Reader::Section& section);
  void revert(archive::Reader& reader, const archive::Reader::Section& section);
  void insert_staged(archive::Reader& reader);
  std::int64_t copy(archive::Reader& reader, const archive::Reader::Section& section, const pg::Sql& into);
  void count(const archive::Reader::Section& section, std::int64_t rows);

  pg::Connection& connection_;
  const catalog::Catalog& catalog_;
  const RestoreSql& sql_;
  const TableLabels labels_;
  Restoration& restoration_;

  bool fires_triggers_ = false;
  std::map<catalog::TableName, int> circles_;  ///< tables that point at each other, by the number of their circle
  std::vector<archive::Reader::Section> staged_;
  std::map<catalog::TableName, std::int64_t> rows_;
  std::map<catalog::TableName, bool> by_subject_;
  TouchedRows touched_before_;
  TouchedRows expected_;
};

}  // namespace tenure::store
