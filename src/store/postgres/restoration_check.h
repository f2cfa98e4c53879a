#pragma once

#include "archive/archive.h"
#include "store/postgres/restored_rows.h"

namespace tenure::store {

/// After the last row has come back and before the commit: everything that could be otherwise than it was.
///
/// Where triggers are left out, so are those of foreign keys: each key of a table in which rows came back is checked by
/// one statement, and the rows that it leads to are held. Tables whose own triggers fired are compared with the
/// archive, row by row. Rows that were touched beyond those that came back, cascades and triggers included, show in
/// what the server counted, unless they are in `side_effects`.
///
/// @throws Error(conflict) naming the table.
void check_restored_rows(pg::Connection& connection, const catalog::Catalog& catalog, const RestoreSql& sql,
                         RestoredRows& rows, archive::Reader& reader,
                         const std::vector<catalog::TableName>& side_effects);

}  // namespace tenure::store
