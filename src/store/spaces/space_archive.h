#pragma once

#include <string>
#include <vector>

#include "archive/archive.h"
#include "pg/connection.h"
#include "schemas/structure/schema_tables.h"
#include "store/postgres/row_archive.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// How an archive calls what is not a row.
inline constexpr const char* kStructureFile = "structure.sql";
inline constexpr const char* kRecordFile = "record.json";
inline constexpr const char* kPositionsFile = "positions.json";

/// A text beside the rows.
void archive_text(RowArchive& archive, const char* name, const std::string& text);
/// The script that makes the schema again, read in the transaction that is open.
void archive_structure(RowArchive& archive, pg::Connection& connection, const std::string& schema);
/// All rows of these tables into the archive, or only counted where there is none; added to `counts`. In the
/// transaction that is open; nobody writes the tables meanwhile.
void archive_tables(RowArchive* archive, pg::Connection& connection, const std::string& schema,
                    const std::vector<schemas::SchemaTable>& tables, Counts& counts);

/// The texts of a name, in the order in which they were taken.
std::vector<std::string> read_texts(archive::Reader& reader, std::string_view name);
/// Makes the schema `schema`, which is not there, with all rows of the archive; in the transaction that is open.
void make_from_archive(pg::Connection& connection, archive::Reader& reader, const std::string& structure,
                       const std::string& schema, Restoration& restoration, const ProgressSink& progress);

}  // namespace tenure::store
