#include "store/postgres/pending_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/failpoint.h"
#include "pg/transaction.h"
#include "store/files/archived_files.h"
#include "store/files/file_root.h"
#include "store/postgres/receipts.h"
#include "store/postgres/transaction_settings.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

// A page of large files ends early, so that each has a chance to be done before the deadline.
constexpr std::int64_t kMostBytesAPage = std::int64_t{64} * 1024 * 1024;

std::string array_of(const std::vector<std::string>& ids) { return fmt::format("{{{}}}", fmt::join(ids, ",")); }

/// $1 table label, $2 job id or null: the next files, and whether a row still names each. Waits for others who remove
/// some, so that nobody answers before his files are gone.
pg::Sql list_page(const plan::OwnedTable& table, bool to_archive) {
  pg::SqlBuilder sql;
  sql << "SELECT p.id, p.path, EXISTS (SELECT FROM " << pg::Identifier(table.name.schema) << "."
      << pg::Identifier(table.name.name) << " AS t WHERE t." << pg::Identifier(table.files->column)
      << " = p.path) FROM tenure.pending_files AS p WHERE p.table_label = $1 AND ";
  to_archive ? sql << "p.job_id = $2 AND NOT p.archived" : sql << "(p.job_id IS NULL OR p.job_id = $2 AND p.archived)";
  sql << " ORDER BY p.id LIMIT 1000 FOR UPDATE OF p";
  return sql.build();
}

/// The files of one table.
class TableFiles {
 public:
  TableFiles(pg::Connection& connection, const ErasureOrder& order, const plan::OwnedTable& table, const Call& call)
      : connection_(connection), order_(order), table_(table), call_(call), root_(table.files->root) {}

  /// True when there may be more.
  bool archive_page() {
    pg::Transaction transaction(connection_);
    hold_fence();
    const auto page = list(true);
    if (page.empty()) return false;
    order_.archive->begin(connection_);
    std::vector<std::string> archived;
    std::vector<std::string> shared;
    std::int64_t bytes = 0;
    for (int row = 0; row < page.rows() && bytes < kMostBytesAPage; ++row) {
      call_.check();
      // It goes with the last row that names it, into the archive of whoever erases that.
      (page.boolean(row, 2) ? shared : archived).push_back(page.text(row, 0));
      if (!page.boolean(row, 2)) bytes += archive(page.text(row, 1));
    }
    connection_.exec(sql::kDeletePendingFiles, pg::Params(array_of(shared)));
    connection_.exec(sql::kMarkArchivedFiles, pg::Params(array_of(archived)));
    order_.archive->keep(connection_);
    transaction.commit();
    TENURE_FAILPOINT("erase.files.archived");
    return true;
  }

  bool remove_page() {
    pg::Transaction transaction(connection_);
    hold_fence();
    const auto page = list(false);
    if (page.empty()) return false;
    // With it comes the lock that keeps a restoration away until these files are gone.
    if (order_.archive != nullptr) order_.archive->begin(connection_);
    std::vector<std::string> ids;
    std::vector<std::string> paths;
    for (int row = 0; row < page.rows(); ++row) {
      ids.push_back(page.text(row, 0));
      if (!page.boolean(row, 2)) paths.push_back(page.text(row, 1));
    }
    root_.remove_durably(paths);
    TENURE_FAILPOINT("erase.files.removed");
    connection_.exec(sql::kDeletePendingFiles, pg::Params(array_of(ids)));
    transaction.commit();
    return true;
  }

 private:
  // A restoration, or a later owner of the job, ends this one between two pages.
  void hold_fence() {
    limit_transaction(connection_, call_);
    raise_fence(connection_, order_.request.subject, order_.request.job, order_.request.epoch);
  }

  pg::Result list(bool to_archive) {
    return connection_.exec(list_page(table_, to_archive), pg::Params(table_.label, order_.request.job));
  }

  std::int64_t archive(const std::string& path) {
    return archive_file(
        root_, files_label(table_), path,
        [&](const archive::SectionInfo& info, const std::function<void(archive::Writer&)>& fill) {
          order_.archive->take_file(info, fill);
        },
        [&] { call_.check(); });
  }

  pg::Connection& connection_;
  const ErasureOrder& order_;
  const plan::OwnedTable& table_;
  const Call& call_;
  const FileRoot root_;
};

}  // namespace

void remove_pending_files(pg::Connection& connection, const ErasureOrder& order, const Call& call) {
  for (const auto& [name, table] : order.plan.tables) {
    if (!table.files) continue;
    TableFiles files(connection, order, table, call);
    if (order.archive != nullptr) {
      while (files.archive_page()) call.check();
    }
    while (files.remove_page()) call.check();
  }
}

}  // namespace tenure::store
