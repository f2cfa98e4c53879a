#include "store/postgres/erasure_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "catalog/reader.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "store/postgres/plan_sql.h"
#include "store/postgres/pseudonym.h"
#include "store/postgres/receipts.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

using catalog::TableName;
using pg::operator""_sql;

// A lock that is not free by then means that somebody else works on the table; the caller tries again later.
constexpr Milliseconds kLockTimeout{10000};

struct Touched {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  bool operator==(const Touched&) const = default;
};

using TouchedRows = std::map<TableName, Touched>;

class Run {
 public:
  Run(pg::Connection& connection, const plan::ErasurePlan& plan, const EraseRequest& request,
      const Secret& pseudonym_key, const ProgressSink& progress)
      : connection_(connection),
        plan_(plan),
        sql_(plan),
        request_(request),
        pseudonym_key_(pseudonym_key),
        progress_(progress),
        subject_id_(id_of(request.subject)),
        receipt_key_(request.idempotency_key.empty() ? "direct/" + Uuid::random().str() : request.idempotency_key) {}

  std::variant<Erasure, Disturbance> operator()(const Call& call) {
    pg::Transaction transaction(connection_);
    limit_transaction(connection_, call);
    raise_fence(connection_, request_);
    if (auto receipt = find_receipt(connection_, request_)) return std::move(*receipt);
    hold_catalog_still();
    prepare();
    for (const auto& step : plan_.steps) {
      std::visit([&](const auto& one) { apply(one); }, step);
      if (progress_) progress_(erasure_.deleted_counts);
    }
    if (auto disturbance = check()) return std::move(*disturbance);
    erasure_.digest = digest();
    insert_receipt(connection_, request_, receipt_key_, erasure_);
    transaction.commit();
    return std::move(erasure_);
  }

 private:
  // From here on no table of the plan can be altered, so that the plan still fits when it runs.
  void hold_catalog_still() {
    if (!plan_.tables.empty()) connection_.exec(sql_.lock_tables());
    if (catalog::read_catalog(connection_).digest() != plan_.catalog_digest) {
      throw Error(ErrorCode::stale, "a table was altered after the plan was made; plan again", Retry::later);
    }
  }

  void prepare() {
    for (const auto& [name, table] : plan_.tables) erasure_.deleted_counts[table.label] = 0;
    if (plan_.triggers == plan::TriggerMode::skip) {
      connection_.exec("SET LOCAL session_replication_role = replica"_sql);
    } else {
      touched_before_ = touched_rows();
    }
    for (const auto& collection : sql_.key_collections()) connection_.exec(sql_.create_key_collection(collection));
  }

  void apply(const plan::DetachStep& step) {
    const auto& guard = plan_.guards.at(step.guard);
    count_update(guard.child, guard.child_label, connection_.exec(sql_.detach(step).sql(), pg::Params(subject_id_)));
  }

  void apply(const plan::ChangeStep& step) {
    if (step.action == estate::UserAction::set_null) {
      count_update(step.table, step.label, connection_.exec(sql_.set_null(step).sql(), pg::Params(subject_id_)));
      return;
    }
    const auto& user = std::get<UserId>(request_.subject);
    if (step.tenant_column.empty()) {
      count_update(step.table, step.label,
                   connection_.exec(sql_.set_pseudonym(step).sql(),
                                    pg::Params(subject_id_, pseudonym_of(user, "", pseudonym_key_))));
      return;
    }
    const auto tenants = connection_.exec(sql_.list_tenants(step).sql(), pg::Params(subject_id_));
    for (int row = 0; row < tenants.rows(); ++row) {
      const auto tenant = tenants.optional_text(row, 0);
      count_update(
          step.table, step.label,
          connection_.exec(sql_.set_pseudonym(step).sql(),
                           pg::Params(subject_id_, pseudonym_of(user, tenant.value_or(""), pseudonym_key_), tenant)));
    }
  }

  void apply(const plan::DeleteStep& step) {
    const auto params = sql_.names_files(step) ? pg::Params(subject_id_, receipt_key_) : pg::Params(subject_id_);
    const auto counts = connection_.exec(sql_.delete_rows(step).sql(), params);
    int column = 0;
    for (const auto& name : step.tables) {
      const auto& table = plan_.tables.at(name);
      const auto deleted = sql_.is_plain(step) ? counts.affected() : counts.int64(0, column++);
      erasure_.deleted_counts[table.label] = deleted;
      expected_[name].deleted += deleted;
      if (table.files) erasure_.deleted_counts[files_label(table)] = counts.int64(0, column++);
    }
    if (sql_.names_files(step)) refuse_unsafe_files();
  }

  // Before the commit, since a file that cannot be removed afterwards would be left behind.
  void refuse_unsafe_files() {
    const auto unsafe = connection_.exec(sql::kCountUnsafeFiles, pg::Params(receipt_key_)).int64(0, 0);
    if (unsafe == 0) return;
    throw Error(ErrorCode::refused,
                fmt::format("{} rows name files by a path that leads out of the `files:` root; paths "
                            "have to be relative, without empty, \".\" or \"..\" parts",
                            unsafe));
  }

  void apply(const plan::RefreshStep& step) { connection_.exec(sql_.refresh(step)); }

  void count_update(const TableName& table, const std::string& label, const pg::Result& result) {
    erasure_.changed_counts[label] += result.affected();
    expected_[table].updated += result.affected();
  }

  // Everything that could have gone otherwise than planned, after the last step and before the receipt.
  std::optional<Disturbance> check() {
    for (const auto& collection : sql_.key_collections()) connection_.exec(sql_.analyze_key_collection(collection));
    for (const auto* guard : sql_.checked_guards()) {
      const auto dangling = connection_.exec(sql_.count_dangling_rows(*guard)).int64(0, 0);
      if (dangling > 0) return Disturbance{fmt::format("{} rows of {} would be left dangling", dangling, guard->key)};
    }
    if (plan_.triggers == plan::TriggerMode::skip) return std::nullopt;
    connection_.exec("SET CONSTRAINTS ALL IMMEDIATE"_sql);
    refuse_kept_by_triggers();
    return compare_touched_rows();
  }

  // A BEFORE trigger may keep a row without a word: the statement then counts one less, and nothing else shows it.
  void refuse_kept_by_triggers() {
    const auto fires = [](const plan::Note& note) { return note.kind == plan::Note::Kind::trigger_fires; };
    if (std::ranges::none_of(plan_.notes, fires)) return;
    for (const auto& [name, table] : plan_.tables) {
      const auto left = connection_.exec(sql_.count_rows(table).sql(), pg::Params(subject_id_)).int64(0, 0);
      if (left == 0) continue;
      throw Error(
          ErrorCode::refused,
          fmt::format("{}: {} rows were not deleted; a trigger keeps them: settle it with `triggers: [{{trigger: "
                      "…, action: skip}}]`, or `keep_rows:`",
                      table.label, left));
    }
  }

  // Cascades and triggers show up here: rows that were touched beyond what the steps say they touched.
  std::optional<Disturbance> compare_touched_rows() {
    auto touched = touched_rows();
    for (const auto& [table, before] : touched_before_) {
      touched[table].inserted -= before.inserted;
      touched[table].updated -= before.updated;
      touched[table].deleted -= before.deleted;
    }
    for (const auto& [table, actual] : touched) {
      const auto expected = expected_.find(table);
      if (actual == (expected == expected_.end() ? Touched{} : expected->second)) continue;
      if (std::ranges::find(plan_.side_effects, table) != plan_.side_effects.end()) continue;
      return Disturbance{fmt::format(
          "{}: rows changed that no step of the plan lists (a trigger or a cascade did it); if a trigger is meant to, "
          "settle it with `side_effects:`",
          table.str())};
    }
    return std::nullopt;
  }

  TouchedRows touched_rows() {
    const auto rows = connection_.exec(sql::kCountTouchedRows);
    TouchedRows touched;
    for (int row = 0; row < rows.rows(); ++row) {
      touched[{rows.text(row, 0), rows.text(row, 1)}] = {rows.int64(row, 2), rows.int64(row, 3), rows.int64(row, 4)};
    }
    return touched;
  }

  std::string digest() const {
    Digest digest;
    digest.add(plan_.digest()).add(subject_id_);
    for (const auto& [table, count] : erasure_.deleted_counts) digest.add(fmt::format("deleted {} {}", table, count));
    for (const auto& [table, count] : erasure_.changed_counts) digest.add(fmt::format("changed {} {}", table, count));
    return digest.hex();
  }

  pg::Connection& connection_;
  const plan::ErasurePlan& plan_;
  const PlanSql sql_;
  const EraseRequest& request_;
  const Secret& pseudonym_key_;
  const ProgressSink& progress_;
  const std::string subject_id_;
  const std::string receipt_key_;
  TouchedRows touched_before_;
  TouchedRows expected_;
  Erasure erasure_;
};

}  // namespace

std::string files_label(const plan::OwnedTable& table) { return table.label + "." + table.files->column; }

void limit_transaction(pg::Connection& connection, const Call& call) {
  // 0 is no limit to PostgreSQL; a limit that has passed is the shortest.
  const auto statement =
      call.deadline.is_unlimited() ? Milliseconds(0) : std::max(call.deadline.left(), Milliseconds(1));
  const auto lock = std::min(call.deadline.left(), kLockTimeout);
  connection.exec(
      "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), set_config('row_security', 'off', true)"_sql,
      pg::Params(std::to_string(statement.count()), std::to_string(std::max(lock, Milliseconds(1)).count())));
}

std::variant<Erasure, Disturbance> run_erasure(pg::Connection& connection, const plan::ErasurePlan& plan,
                                               const EraseRequest& request, const Secret& pseudonym_key,
                                               const Call& call, const ProgressSink& progress) {
  try {
    return Run(connection, plan, request, pseudonym_key, progress)(call);
  } catch (const Error& error) {
    const bool is_disturbed = error.sqlstate() == pg::kForeignKeyViolation || error.sqlstate().starts_with("40");
    if (!is_disturbed) throw;
    return Disturbance{error.what()};
  }
}

}  // namespace tenure::store
