#include "schemas/structure/column_sequences.h"

#include <algorithm>

#include "schemas/sql.h"
#include "schemas/structure/schema_tables.h"

namespace tenure::schemas {

void advance_sequences(pg::Connection& connection, const std::string& schema, const std::string& values) {
  const auto tables = schema_tables(connection, values);
  const auto sequences = connection.exec(sql::kListColumnSequences, pg::Params(schema));
  for (int row = 0; row < sequences.rows(); ++row) {
    const auto column = sequences.text(row, 1);
    const auto table = std::ranges::find(tables, sequences.text(row, 0), &SchemaTable::name);
    if (table == tables.end() || std::ranges::find(table->columns, column) == table->columns.end()) continue;
    pg::SqlBuilder name;
    name << pg::Identifier(sequences.text(row, 2)) << "." << pg::Identifier(sequences.text(row, 3));
    pg::SqlBuilder advance;
    advance << "SELECT pg_catalog.setval(";
    advance.constant(name.build().text())
        << "::regclass, largest) FROM (SELECT max(" << pg::Identifier(column) << ")::bigint AS largest FROM "
        << pg::Identifier(values) << "." << pg::Identifier(table->name)
        << ") AS v WHERE largest > coalesce(pg_catalog.pg_sequence_last_value(";
    advance.constant(name.build().text()) << "::regclass), 0)";
    connection.exec(advance.build());
  }
}

}  // namespace tenure::schemas
