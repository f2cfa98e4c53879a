#include "store/postgres/erasure_transaction.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "base/planted_bug.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "store/postgres/prepared.h"
#include "store/postgres/receipts.h"
#include "store/postgres/transaction_settings.h"

namespace tenure::store {
namespace {

void refuse_restored(pg::Connection& connection, const ErasureOrder& order) {
  if (!order.request.job || !find_restoration(connection, *order.request.job, order.service)) return;
  throw Error(ErrorCode::conflict, "the job was rolled back here; what it erased has been restored");
}

// From here on no table of the plan can be altered, so that the plan still fits when it runs.
void hold_catalog_still(pg::Connection& connection, const ErasureOrder& order, const PlanSql& sql) {
  if (!order.plan.tables.empty()) connection.exec(sql.lock_tables());
  if (order.catalogs.read(connection)->digest != order.plan.catalog_digest) {
    throw Error(ErrorCode::stale, "a table was altered after the plan was made; plan again", Retry::later);
  }
}

std::string digest_of(const ErasureOrder& order, const Progress& progress) {
  Digest digest;
  digest.add(order.plan.digest()).add(id_of(order.request.subject));
  for (const auto& [table, count] : progress.deleted_counts) digest.add(fmt::format("deleted {} {}", table, count));
  for (const auto& [table, count] : progress.changed_counts) digest.add(fmt::format("changed {} {}", table, count));
  return digest.hex();
}

Ended run(pg::Connection& connection, const ErasureOrder& order, const Work& work, Ending ending, const Call& call) {
  pg::Transaction transaction(connection);
  limit_transaction(connection, call, Workers::one);
  raise_fence(connection, order.request.subject, order.request.job, order.request.epoch);
  TENURE_FAILPOINT("erase.fence.after");
  refuse_restored(connection, order);
  if (auto receipt = find_receipt(connection, order.request)) return std::move(*receipt);
  auto progress = find_progress(connection, order.receipt_key);
  if (order.archive != nullptr) order.archive->begin(connection);
  StepRunner steps(
      connection, order,
      ending == Ending::prepared ? Scratch::ordinary(Uuid::random().str().substr(0, 8)) : Scratch::temporary(),
      progress);
  hold_catalog_still(connection, order, steps.sql());
  steps.begin();
  work(steps, progress);
  if (auto disturbance = steps.check()) return std::move(*disturbance);
  if (order.archive != nullptr) order.archive->keep(connection);
  if (ending == Ending::part) {
    keep_progress(connection, order.request, order.receipt_key, progress);
    transaction.commit();
    return progress;
  }
  Erasure erasure{.deleted_counts = progress.deleted_counts,
                  .changed_counts = progress.changed_counts,
                  .digest = digest_of(order, progress)};
  const bool is_apart = TENURE_BUG("receipt.apart");
  if (!is_apart) insert_receipt(connection, order.request, order.receipt_key, erasure);
  delete_progress(connection, order.request.subject, order.receipt_key);
  TENURE_FAILPOINT("erase.receipt.after");
  if (ending == Ending::prepared) {
    steps.drop_scratch();
    transaction.prepare(prepared_name(order.request, order.service));
    TENURE_FAILPOINT("erase.prepare.after");
    return erasure;
  }
  transaction.commit();
  TENURE_FAILPOINT("erase.commit.after");
  if (is_apart) insert_receipt(connection, order.request, order.receipt_key, erasure);
  return erasure;
}

}  // namespace

Ended run_transaction(pg::Connection& connection, const ErasureOrder& order, const Work& work, Ending ending,
                      const Call& call) {
  // What a transaction that came to nothing has written is cut off by the next one.
  const auto give_up = [&] {
    if (order.archive != nullptr) order.archive->give_up();
  };
  try {
    auto ended = run(connection, order, work, ending, call);
    if (std::holds_alternative<Disturbance>(ended)) give_up();
    return ended;
  } catch (const Error& error) {
    give_up();
    const bool is_disturbed = error.sqlstate() == pg::kForeignKeyViolation || error.sqlstate().starts_with("40");
    if (!is_disturbed) throw;
    return Disturbance{error.what()};
  }
}

void do_whole_plan(const ErasureOrder& order, StepRunner& steps, Progress& progress) {
  for (const auto& [name, table] : order.plan.tables) progress.deleted_counts.try_emplace(table.label, 0);
  for (const auto& step : order.plan.steps) {
    steps.apply(step);
    if (order.progress) order.progress(progress.deleted_counts);
  }
}

}  // namespace tenure::store
