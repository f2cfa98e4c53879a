#include "store/spaces/space_archive.h"

#include <fmt/format.h>

#include "base/error.h"
#include "pg/copy.h"
#include "schemas/structure/structure_script.h"
#include "store/postgres/transaction_settings.h"

namespace tenure::store {
namespace {

using schemas::StructureScript;

constexpr const char* kRoot = "schema";

std::string text_of(archive::Reader& reader, const archive::Reader::Section& section) {
  std::string text;
  reader.read(section, [&](std::string_view piece) { text += piece; });
  return text;
}

void copy_rows(pg::Connection& connection, archive::Reader& reader, const archive::Reader::Section& section,
               const std::string& schema) {
  pg::CopyIn rows(connection, schemas::copy_in(schema, section.info.name, section.info.columns));
  reader.read(section, [&](std::string_view piece) { rows.put(piece); });
  if (rows.finish() == section.rows) return;
  throw Error(ErrorCode::corrupt, fmt::format("{}: other rows than the archive says", section.info.name));
}

}  // namespace

void archive_text(RowArchive& archive, const char* name, const std::string& text) {
  archive.take_file({.content = archive::Content::file, .name = name, .root = kRoot},
                    [&](archive::Writer& file) { file.append(text); });
}

void archive_structure(RowArchive& archive, pg::Connection& connection, const std::string& schema) {
  archive_text(archive, kStructureFile, StructureScript::read(connection, schema, StructureScript::Rows::later).text());
}

void archive_tables(RowArchive* archive, pg::Connection& connection, const std::string& schema,
                    const std::vector<schemas::SchemaTable>& tables, Counts& counts) {
  if (archive == nullptr) {
    const auto rows = schemas::count_rows(connection, schema, tables);
    for (std::size_t at = 0; at < tables.size(); ++at) counts[tables[at].name] += rows[at];
    return;
  }
  pin_formats(connection);
  for (const auto& table : tables) {
    counts[table.name] += archive->take_rows(
        connection,
        {.content = archive::Content::deleted_rows, .schema = schema, .name = table.name, .columns = table.columns},
        schemas::copy_out(schema, table));
  }
}

std::vector<std::string> read_texts(archive::Reader& reader, std::string_view name) {
  std::vector<std::string> files;
  for (const auto& section : reader.sections()) {
    if (section.info.content == archive::Content::file && section.info.name == name) {
      files.push_back(text_of(reader, section));
    }
  }
  return files;
}

void make_from_archive(pg::Connection& connection, archive::Reader& reader, const std::string& structure,
                       const std::string& schema, Restoration& restoration, const ProgressSink& progress) {
  pin_formats(connection);
  const auto script = StructureScript::parse(structure);
  connection.run_script(script.before_rows(schema));
  for (const auto& section : reader.sections()) {
    if (section.info.content != archive::Content::deleted_rows) continue;
    copy_rows(connection, reader, section, schema);
    restoration.restored_counts[section.info.name] += section.rows;
    if (progress) progress(restoration.restored_counts);
  }
  connection.run_script(script.after_rows(schema));
}

}  // namespace tenure::store
