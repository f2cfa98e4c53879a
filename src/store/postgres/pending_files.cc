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

/// $1 table label: the next files, and whether a row still names each. Waits for others who remove some, so that nobody
/// answers before his files are gone.
pg::Sql list_page(const plan::OwnedTable& table) {
  pg::SqlBuilder sql;
  sql << "SELECT p.id, p.path, EXISTS (SELECT FROM " << pg::Identifier(table.name.schema) << "."
      << pg::Identifier(table.name.name) << " AS t WHERE t." << pg::Identifier(table.files->column)
      << " = p.path) FROM tenure.pending_files AS p WHERE p.table_label = $1 ORDER BY p.id LIMIT 1000 "
         "FOR UPDATE OF p";
  return sql.build();
}

/// True when there may be more.
bool remove_page(pg::Connection& connection, const plan::OwnedTable& table, const FileRoot& root) {
  pg::Transaction transaction(connection);
  const auto page = connection.exec(list_page(table), pg::Params(table.label));
  if (page.empty()) return false;
  std::vector<std::string> ids;
  std::vector<std::string> paths;
  for (int row = 0; row < page.rows(); ++row) {
    ids.push_back(page.text(row, 0));
    if (!page.boolean(row, 2)) paths.push_back(page.text(row, 1));
  }
  root.remove_durably(paths);
  connection.exec(sql::kDeletePendingFiles, pg::Params(fmt::format("{{{}}}", fmt::join(ids, ","))));
  transaction.commit();
  return true;
}

}  // namespace

void remove_pending_files(pg::Connection& connection, const plan::OwnedTable& table, const Call& call) {
  const FileRoot root(table.files->root);
  while (remove_page(connection, table, root)) {
    if (call.deadline.has_passed() || call.stop.stop_requested()) {
      throw Error(ErrorCode::timeout, "the deadline passed", Retry::later);
    }
  }
}

}  // namespace tenure::store
