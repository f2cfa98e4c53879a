#include "store/postgres/pending_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

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
  std::vector<std::string> ids;
  for (int row = 0; row < page.rows(); ++row) {
    ids.push_back(page.text(row, 0));
    const auto path = page.text(row, 1);
    if (!connection.exec(named, pg::Params(path)).boolean(0, 0)) root.remove(path);
  }
  root.flush();
  connection.exec(sql::kDeletePendingFiles, pg::Params(fmt::format("{{{}}}", fmt::join(ids, ","))));
  transaction.commit();
  return true;
}

}  // namespace

void remove_pending_files(pg::Connection& connection, const plan::OwnedTable& table, const Call& call) {
  FileRoot root(table.files->root);
  while (remove_page(connection, table, root)) {
    if (call.deadline.has_passed() || call.stop.stop_requested()) {
      throw Error(ErrorCode::timeout, "the deadline passed", Retry::later);
    }
  }
}

}  // namespace tenure::store
