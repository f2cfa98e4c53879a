#include "store/spaces/space_receipts.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "store/postgres/receipts.h"
#include "store/postgres/transaction_settings.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

std::string digest_of(const SpaceOrder& order, const Erasure& erasure, std::string_view what) {
  Digest digest;
  digest.add(what).add(id_of(order.request.subject));
  for (const auto& [table, count] : erasure.deleted_counts) digest.add(fmt::format("deleted {} {}", table, count));
  for (const auto& [table, count] : erasure.changed_counts) digest.add(fmt::format("changed {} {}", table, count));
  return digest.hex();
}

}  // namespace

std::optional<Erasure> begin_erasing(pg::Connection& connection, const SpaceOrder& order, const Call& call) {
  const auto& request = order.request;
  limit_transaction(connection, call);
  raise_fence(connection, request.subject, request.job, request.epoch);
  TENURE_FAILPOINT("erase.fence.after");
  if (!order.leaves_receipt) return std::nullopt;
  if (request.job && find_restoration(connection, *request.job, order.service)) {
    throw Error(ErrorCode::conflict, "the job was rolled back here; what it erased has been restored");
  }
  return find_receipt(connection, request);
}

Counts with_shared(const SpaceOrder& order, Counts own) {
  for (const auto& [table, count] : order.shared_counts) own[table] += count;
  return own;
}

Erasure finish_erasing(pg::Connection& connection, const SpaceOrder& order, const Progress& progress,
                       std::string_view what) {
  Erasure erasure{.deleted_counts = with_shared(order, progress.deleted_counts),
                  .changed_counts = order.shared_changes,
                  .digest = {}};
  erasure.digest = digest_of(order, erasure, what);
  if (!order.leaves_receipt) return erasure;
  insert_receipt(connection, order.request, order.receipt_key, erasure);
  delete_progress(connection, order.request.subject, order.receipt_key);
  TENURE_FAILPOINT("erase.receipt.after");
  return erasure;
}

std::optional<Restoration> begin_restoring(pg::Connection& connection, const RestoreRequest& request,
                                           const archive::Label& label, const Call& call) {
  limit_transaction(connection, call);
  raise_fence(connection, request.subject, request.job, request.epoch);
  if (auto earlier = find_restoration(connection, request.job, label.service)) return earlier;
  if (!find_mark(connection, label) &&
      connection.exec(sql::kFindUnarchivedReceipt, pg::Params(request.job)).boolean(0, 0)) {
    throw Error(ErrorCode::refused, "the job has erased without an archive here, so nothing can come back");
  }
  return std::nullopt;
}

void finish_restoring(pg::Connection& connection, const RestoreRequest& request, const archive::Label& label,
                      const Restoration& restoration) {
  const auto kind = kind_text(request.subject);
  const auto id = id_of(request.subject);
  connection.exec(sql::kDeleteJobProgress, pg::Params(request.job, kind, id));
  connection.exec(sql::kKeepRestoration,
                  pg::Params(request.job, label.service, kind, id, request.epoch,
                             counts_to_text(restoration.restored_counts), counts_to_text(restoration.reverted_counts)));
  TENURE_FAILPOINT("restore.rows.after");
}

}  // namespace tenure::store
