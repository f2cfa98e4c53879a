#include "store/postgres/restoration.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/planted_bug.h"
#include "catalog/reader.h"
#include "pg/transaction.h"
#include "store/files/archived_files.h"
#include "store/postgres/receipts.h"
#include "store/postgres/restoration_check.h"
#include "store/postgres/row_archive.h"
#include "store/postgres/transaction_settings.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

using catalog::TableName;

class Run {
 public:
  Run(pg::Connection& connection, const RestoreOrder& order) : connection_(connection), order_(order) {}

  Restoration operator()(const Call& call) {
    const auto& request = order_.request;
    pg::Transaction transaction(connection_);
    limit_transaction(connection_, call);
    raise_fence(connection_, request.subject, request.job, request.epoch);
    if (auto earlier = find_restoration(connection_, request.job, order_.label.service)) return std::move(*earlier);
    const auto mark = find_mark(connection_, order_.label);
    if (!mark) refuse_unarchived();
    // Files that were still to be removed are not, from here on.
    connection_.exec(sql::kDeleteJobFiles, pg::Params(request.job));
    if (mark && mark->length > 0) open_archive(*mark);
    if (reader_) bring_rows_back();
    finish(transaction, call);
    TENURE_FAILPOINT("restore.commit.after");
    return std::move(restoration_);
  }

 private:
  void refuse_unarchived() {
    if (!connection_.exec(sql::kFindUnarchivedReceipt, pg::Params(order_.request.job)).boolean(0, 0)) return;
    throw Error(ErrorCode::refused, "the job has erased without an archive here, so nothing can come back");
  }

  void open_archive(const archive::Mark& mark) {
    // Held until the end: whoever still writes it, or removes files that it holds, must have stopped.
    held_.emplace(order_.vault, order_.label, order_.request.archive_key, [&] { return mark; });
    reader_.emplace(order_.vault, order_.label, order_.request.archive_key, mark);
  }

  void bring_rows_back() {
    auto& reader = *reader_;
    const auto catalog = catalog::read_catalog(connection_, order_.only_schemas);
    const auto plan = order_.plan_for(catalog);
    const RestoreSql sql(catalog, plan ? &*plan : nullptr, order_.request.subject, pin_formats(connection_));
    RestoredRows rows(connection_, catalog, sql, order_.labels, restoration_);
    rows.begin(reader.sections());
    for (auto section = reader.sections().rbegin(); section != reader.sections().rend(); ++section) {
      if (section->info.content == archive::Content::file) continue;
      if (TENURE_BUG("restore.skips_a_table") && section->number == 0) continue;
      rows.bring_back(reader, *section);
      if (order_.progress) order_.progress(restoration_.restored_counts);
    }
    rows.end(reader);
    check_restored_rows(connection_, catalog, sql, rows, reader, plan ? plan->side_effects : std::vector<TableName>());
    refresh_views(catalog, sql, rows.tables());
  }

  void refresh_views(const catalog::Catalog& catalog, const RestoreSql& sql, const std::set<TableName>& tables) {
    auto views = catalog.materialized_views;
    std::ranges::stable_sort(views, {}, &catalog::MaterializedView::depth);
    for (const auto& view : views) {
      const auto is_back = [&](const TableName& read) { return tables.contains(read); };
      if (std::ranges::any_of(view.reads, is_back)) connection_.exec(sql.refresh(view.name));
    }
  }

  // Files before the commit: a restoration that is cut off then is done again, and finds them as they were.
  void finish(pg::Transaction& transaction, const Call& call) {
    std::optional<RestoredFiles> files;
    if (reader_) {
      files.emplace(
          *reader_, [&](const std::string& name) -> const FileRoot& { return root_of(name); }, [&] { call.check(); });
    }
    try {
      if (files) files->check();
      if (files) {
        for (const auto& [root, count] : files->write()) restoration_.restored_counts[root] += count;
      }
      write_receipt();
      TENURE_FAILPOINT("restore.rows.after");
      transaction.commit();
    } catch (const Error& error) {
      if (files && error.code() != ErrorCode::outcome_unknown) files->undo();
      throw;
    }
  }

  const FileRoot& root_of(const std::string& name) {
    const auto opened = roots_.find(name);
    if (opened != roots_.end()) return opened->second;
    auto known = order_.file_roots.find(name);
    // A rule may name a table without its schema.
    if (known == order_.file_roots.end()) known = order_.file_roots.find(name.substr(name.find('.') + 1));
    if (known == order_.file_roots.end()) {
      throw Error(ErrorCode::refused,
                  fmt::format("{}: files are to come back, and the estate no longer says where to (`files:`)", name));
    }
    return roots_.emplace(name, FileRoot(known->second)).first->second;
  }

  void write_receipt() {
    const auto& request = order_.request;
    const auto kind = kind_text(request.subject);
    const auto id = id_of(request.subject);
    connection_.exec(sql::kDeleteJobProgress, pg::Params(request.job, kind, id));
    connection_.exec(sql::kKeepRestoration, pg::Params(request.job, order_.label.service, kind, id, request.epoch,
                                                       counts_to_text(restoration_.restored_counts),
                                                       counts_to_text(restoration_.reverted_counts)));
  }

  pg::Connection& connection_;
  const RestoreOrder& order_;
  std::optional<archive::Writer> held_;
  std::optional<archive::Reader> reader_;
  std::map<std::string, FileRoot> roots_;
  Restoration restoration_;
};

}  // namespace

void close_to_erasures(pg::Connection& connection, const RestoreRequest& request, const Call& call) {
  pg::Transaction transaction(connection);
  limit_transaction(connection, call);
  raise_fence(connection, request.subject, request.job, request.epoch);
  transaction.commit();
}

Restoration run_restoration(pg::Connection& connection, const RestoreOrder& order, const Call& call) {
  return Run(connection, order)(call);
}

}  // namespace tenure::store
