#include "store/postgres/pending_files.h"

#include "base/error.h"
#include "pg/transaction.h"
#include "store/files/file_root.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

pg::Sql is_still_named(const plan::OwnedTable& table) {
  pg::SqlBuilder sql;
  sql << "SELECT EXISTS (SELECT FROM " << pg::Identifier(table.name.schema) << "." << pg::Identifier(table.name.name)
      << " WHERE " << pg::Identifier(table.files->column) << " = $1)";
  return sql.build();
}

/// True when there may be more.
bool remove_page(pg::Connection& connection, const plan::OwnedTable& table, FileRoot& root) {
  pg::Transaction transaction(connection);
  const auto page = connection.exec(sql::kListPendingFiles, pg::Params(table.label));
  if (page.empty()) return false;
  const auto named = is_still_named(table);
  for (int row = 0; row < page.rows(); ++row) {
    const auto path = page.text(row, 1);
    if (!connection.exec(named, pg::Params(path)).boolean(0, 0)) root.remove(path);
  }
  const auto last = page.int64(page.rows() - 1, 0);
  root.flush();
  connection.exec(sql::kDeletePendingFiles, pg::Params(table.label, last));
  transaction.commit();
  return true;
}

}  // namespace

void remove_pending_files(pg::Connection& connection, const plan::OwnedTable& table, const Call& call) {
  FileRoot root(table.files->root);
  while (remove_page(connection, table, root)) {
    if (call.deadline.has_passed() || call.stop.stop_requested()) {
      throw Error(ErrorCode::timeout, "rows are deleted; some of their files still have to go: call again",
                  Retry::later);
    }
  }
}

}  // namespace tenure::store
