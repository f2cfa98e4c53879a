#include "schemas/backup/backup.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "pg/copy.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "schemas/backup/rows_digest.h"
#include "schemas/provision/schema_name.h"
#include "schemas/registry.h"
#include "schemas/schema_record.h"
#include "schemas/sql.h"
#include "schemas/structure/fingerprint.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

constexpr std::string_view kCopyLine = "COPY :\"tenure_schema\".";
constexpr std::string_view kRowsLine = "-- rows ";
constexpr std::string_view kEndOfRows = "\\.";

std::string print_of(pg::Connection& connection, const std::string& schema) {
  auto prints = fingerprints_of(connection, {schema});
  const auto found = prints.find(schema);
  return found == prints.end() ? "empty" : found->second;
}

/// 'it''s', as psql's \set takes it.
std::string psql_constant(std::string_view text) {
  std::string constant = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') constant += c == '\'' ? '\'' : '\\';
    constant += c;
  }
  return constant + "'";
}

std::string columns_text(const SchemaTable& table) {
  std::string text;
  for (const auto& column : table.columns) text += (text.empty() ? "" : ", ") + pg::Identifier(column).quoted();
  return text;
}

class Backup {
 public:
  Backup(pg::Connection& connection, std::string schema, BackupWriter& file)
      : connection_(connection), schema_(std::move(schema)), file_(file) {}

  BackupSummary write(const TenantSchema& record) {
    connection_.exec(sql::kPinFormats);
    const auto script = StructureScript::read(connection_, schema_, StructureScript::Rows::later);
    if (script.text().find(kBackupSchema) != std::string::npos) {
      throw Error(ErrorCode::refused, fmt::format("the schema {} holds the text {}", schema_, kBackupSchema));
    }
    file_.write(fmt::format("{}\n-- record {}\n-- structure {}\n\\set tenure_schema {}\nBEGIN;\n", kBackupFirstLine,
                            read_record(connection_, record), print_of(connection_, schema_), psql_constant(schema_)));
    file_.write(script.before_rows_with(std::string(kBackupSchema)));
    for (const auto& table : schema_tables(connection_, schema_)) write_rows(table);
    file_.write(script.after_rows_with(std::string(kBackupSchema)));
    write_positions();
    file_.write("COMMIT;\n");
    return summary_;
  }

 private:
  void write_rows(const SchemaTable& table) {
    ++summary_.tables;
    file_.write(
        fmt::format("{}{} ({}) FROM stdin;\n", kCopyLine, pg::Identifier(table.name).quoted(), columns_text(table)));
    RowsDigest digest;
    pg::CopyOut rows(connection_, copy_out(schema_, table));
    while (const auto row = rows.next()) {
      digest.add(*row);
      file_.write(*row);
    }
    summary_.rows += digest.rows();
    file_.write(fmt::format("{}\n{}{}\n", kEndOfRows, kRowsLine, digest.text()));
  }

  void write_positions() {
    const auto positions = connection_.exec(sql::kListSequencePositions, pg::Params(schema_));
    for (int row = 0; row < positions.rows(); ++row) {
      pg::SqlBuilder set;
      set << "SELECT pg_catalog.setval(";
      set.constant(pg::Identifier(positions.text(row, 0)).quoted()) << ", ";
      file_.write(set.build().text() + positions.text(row, 1) + ");\n");
    }
  }

  pg::Connection& connection_;
  const std::string schema_;
  BackupWriter& file_;
  BackupSummary summary_{.schema = schema_};
};

/// Runs a backup's lines under another name.
class Restore {
 public:
  Restore(pg::Connection& connection, BackupReader& backup, std::string name)
      : connection_(connection), backup_(backup), name_(std::move(name)) {}

  BackupSummary run() {
    connection_.exec(sql::kPinFormats);
    for (std::string line; backup_.next(line);) {
      if (line == "BEGIN;") continue;
      if (line.starts_with(kCopyLine)) {
        run_script();
        copy_rows(line);
      } else if (line.starts_with(kRowsLine) && !table_.empty()) {
        expected_[table_] = line.substr(kRowsLine.size());
        table_.clear();
      } else {
        script_ += line;
        script_ += '\n';
      }
    }
    run_script();
    check();
    return summary_;
  }

 private:
  static std::string replaced(std::string text, std::string_view what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
    }
    return text;
  }

  void run_script() {
    if (script_.empty()) return;
    const auto script = replaced(std::move(script_), kBackupSchema, pg::Identifier(name_).quoted());
    script_.clear();
    try {
      connection_.run_script(pg::Sql::script_from_operator(script));
    } catch (const Error& error) {
      if (error.sqlstate() != pg::kDuplicateSchema) throw;
      throw Error(ErrorCode::conflict, fmt::format("there is a schema {} already", name_));
    }
  }

  void copy_rows(const std::string& line) {
    table_ = line;
    ++summary_.tables;
    auto statement = replaced(line, kBackupSchema, pg::Identifier(name_).quoted());
    statement.pop_back();  // the semicolon
    pg::CopyIn rows(connection_, pg::Sql::script_from_operator(statement));
    std::string row;
    while (backup_.next(row) && row != kEndOfRows) {
      row += '\n';
      rows.put(row);
    }
    summary_.rows += rows.finish();
  }

  /// What is there now against what the backup says was there.
  void check() {
    std::map<std::string, std::string> found;
    for (const auto& table : schema_tables(connection_, name_)) {
      RowsDigest digest;
      pg::CopyOut rows(connection_, copy_out(name_, table));
      while (const auto row = rows.next()) digest.add(*row);
      found[fmt::format("{}{} ({}) FROM stdin;", kCopyLine, pg::Identifier(table.name).quoted(), columns_text(table))] =
          digest.text();
    }
    if (found != expected_) throw Error(ErrorCode::corrupt, "rows came back other than they were");
    if (print_of(connection_, name_) != backup_.head().structure) {
      throw Error(ErrorCode::corrupt, "the schema came back with another structure than it had");
    }
    summary_.schema = name_;
  }

  pg::Connection& connection_;
  BackupReader& backup_;
  const std::string name_;
  std::string script_;
  std::string table_;  ///< the line of the table whose rows came last
  std::map<std::string, std::string> expected_;
  BackupSummary summary_;
};

void make_room(pg::Connection& connection, const std::string& record, bool may_replace) {
  if (connection.exec(sql::kHasReceipts).boolean(0, 0) &&
      connection.exec(sql::kFindErasedTenant, pg::Params(record)).boolean(0, 0)) {
    throw Error(ErrorCode::refused, "the tenant was erased after this backup was taken");
  }
  const auto rows = connection.exec(sql::kLockRecorded, pg::Params(record));
  for (int row = 0; row < rows.rows(); ++row) {
    const auto name = rows.text(row, 1);
    if (!may_replace) {
      throw Error(ErrorCode::conflict, fmt::format("the schema {} is there; --replace drops it first", name));
    }
    if (rows.text(row, 2) != "live") {
      throw Error(ErrorCode::conflict, fmt::format("an erasure is in the middle of {}", name));
    }
    refuse_dependents(connection, name);
    connection.exec(drop_schema(name));
    connection.exec(sql::kRemoveSchema, pg::Params(rows.int64(row, 0)));
  }
}

}  // namespace

BackupSummary back_up_schema(pg::Connection& connection, const std::string& schema, const std::filesystem::path& file) {
  const pg::Transaction transaction(connection, pg::Snapshot::fixed);
  const auto record = has_registry(connection) ? find_schema(connection, schema) : std::nullopt;
  if (!record) throw Error(ErrorCode::not_found, fmt::format("schema: the registry knows none of the name {}", schema));
  BackupWriter writer(file);
  auto summary =
      Backup(connection, schema, writer).write({.id = record->id, .kind = record->kind, .name = record->name});
  writer.finish();
  return summary;
}

BackupSummary restore_as(pg::Connection& connection, BackupReader& backup, const std::string& name) {
  return Restore(connection, backup, name).run();
}

BackupSummary restore_beside(pg::Connection& connection, const std::filesystem::path& file, const std::string& name,
                             const Call& call) {
  connection.bind(call);
  if (is_reserved_schema(name))
    throw Error(ErrorCode::invalid_argument, "as: is the name of a schema with another use");
  BackupReader backup(file);
  pg::Transaction transaction(connection);
  auto summary = restore_as(connection, backup, name);
  transaction.commit();
  return summary;
}

BackupSummary prove_backup(pg::Connection& connection, const std::filesystem::path& file, const Call& call) {
  connection.bind(call);
  BackupReader backup(file);
  const pg::Transaction transaction(connection);
  auto summary = restore_as(connection, backup, fmt::format("tenure_proof_{}", Uuid::random().str().substr(0, 8)));
  summary.schema = backup.head().schema;
  return summary;
}

BackupSummary restore_in_transaction(pg::Connection& connection, BackupReader& backup, bool may_replace) {
  const auto& record = backup.head().record;
  make_room(connection, record, may_replace);
  if (connection.exec(sql::kRestoreRecord, pg::Params(record)).empty()) {
    throw Error(ErrorCode::conflict, "another schema has the name, or is the tenant's");
  }
  const auto names = connection.exec(sql::kTenantOfRecord, pg::Params(record));
  auto summary = restore_as(connection, backup, names.text(0, 1));
  if (const auto tenant = names.optional_text(0, 0)) {
    mark_schema(connection, names.text(0, 1), TenantId::parse(*tenant));
  }
  return summary;
}

BackupSummary restore_schema(pg::Connection& connection, const std::filesystem::path& file, bool may_replace,
                             const Call& call) {
  connection.bind(call);
  BackupReader backup(file);
  install_registry(connection);
  pg::Transaction transaction(connection);
  auto summary = restore_in_transaction(connection, backup, may_replace);
  transaction.commit();
  return summary;
}

}  // namespace tenure::schemas
