#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "pg/connection.h"
#include "schemas/backup/backup_file.h"

namespace tenure::schemas {

/// What a backup holds, or what came back of one.
struct BackupSummary {
  std::string schema;
  std::int64_t tables = 0;
  std::int64_t rows = 0;
};

/// Writes the schema as it is at one instant. @throws Error(not_found) when the registry has no live schema of this
/// name, Error(refused) when it holds what cannot be made again; as BackupWriter.
BackupSummary back_up_schema(pg::Connection& connection, const std::string& schema, const std::filesystem::path& file);

/// Makes the schema `name` of a backup, which must not be there, in the transaction that is open; afterwards its
/// structure and the rows of each table are compared with what the backup says. The registry is not touched.
/// @throws Error(corrupt) as BackupReader, and when something came back other than it was; Error(conflict) when there
/// is a schema of the name.
BackupSummary restore_as(pg::Connection& connection, BackupReader& backup, const std::string& name);

/// The same, committed: a schema that the registry does not know, to look into. @throws Error(invalid_argument) for a
/// name with another use.
BackupSummary restore_beside(pg::Connection& connection, const std::filesystem::path& file, const std::string& name,
                             const Call& call);

/// Restores it under a name that nobody has, compares, and rolls that back.
BackupSummary prove_backup(pg::Connection& connection, const std::filesystem::path& file, const Call& call);

/// Puts a tenant's schema back as the backup has it, with its record, in one transaction; what is there now goes.
/// @throws as restore_as; Error(conflict) when it is there and `may_replace` is false, or a migration is half done;
/// Error(refused) when the tenant was erased from this database, or others depend on what would go.
BackupSummary restore_schema(pg::Connection& connection, const std::filesystem::path& file, bool may_replace,
                             const Call& call);
/// The same in the transaction that is open.
BackupSummary restore_in_transaction(pg::Connection& connection, BackupReader& backup, bool may_replace);

}  // namespace tenure::schemas
