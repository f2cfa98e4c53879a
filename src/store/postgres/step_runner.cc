#include "store/postgres/step_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "store/postgres/pseudonym.h"
#include "store/postgres/transaction_settings.h"
#include "store/postgres/unsafe_files.h"
#include "store/sql.h"

namespace tenure::store {

using catalog::TableName;
using pg::operator""_sql;

StepRunner::StepRunner(pg::Connection& connection, const ErasureOrder& order, const Scratch& scratch,
                       Progress& progress)
    : connection_(connection),
      order_(order),
      plan_(order.plan),
      scratch_(scratch),
      sql_(order.plan, scratch),
      subject_id_(id_of(order.request.subject)),
      progress_(progress),
      counted_before_(progress.deleted_counts) {}

void StepRunner::begin() {
  if (order_.archive != nullptr) {
    archive_sql_.emplace(plan_, sql_, scratch_,
                         ArchiveSql::Constants{.subject = order_.request.subject,
                                               .receipt_key = order_.receipt_key,
                                               .job = *order_.request.job,
                                               .encoding = pin_formats(connection_)});
  }
  if (plan_.triggers == plan::TriggerMode::skip) {
    connection_.exec("SET LOCAL session_replication_role = replica"_sql);
  } else {
    touched_before_ = read_touched_rows(connection_);
  }
}

void StepRunner::apply(const plan::Step& step) {
  std::visit([&](const auto& one) { run(one); }, step);
}

void StepRunner::run(const plan::DetachStep& step) {
  const auto& guard = plan_.guards.at(step.guard);
  if (archive_sql_) {
    change(guard.child, guard.child_label,
           order_.archive->take_rows(connection_,
                                     describe_changes(guard.child, guard.child_primary_key, guard.detached_columns),
                                     archive_sql_->detach(step).sql()));
  } else {
    change(guard.child, guard.child_label,
           connection_.exec(sql_.detach(step).sql(), pg::Params(subject_id_)).affected());
  }
}

void StepRunner::run(const plan::ChangeStep& step) {
  if (step.action == estate::UserAction::pseudonym) {
    if (step.tenant_column.empty()) return set_pseudonym(step, std::nullopt);
    const auto tenants = connection_.exec(sql_.list_tenants(step).sql(), pg::Params(subject_id_));
    for (int row = 0; row < tenants.rows(); ++row) set_pseudonym(step, tenants.optional_text(row, 0));
    return;
  }
  if (archive_sql_) {
    change(step.table, step.label,
           order_.archive->take_rows(connection_, describe_changes(step.table, step.primary_key, {step.column}),
                                     archive_sql_->set_null(step).sql()));
  } else {
    change(step.table, step.label, connection_.exec(sql_.set_null(step).sql(), pg::Params(subject_id_)).affected());
  }
}

void StepRunner::set_pseudonym(const plan::ChangeStep& step, const std::optional<std::string>& tenant) {
  const auto& user = std::get<UserId>(order_.request.subject);
  const auto pseudonym = pseudonym_of(user, tenant.value_or(""), order_.pseudonym_key);
  if (archive_sql_) {
    change(step.table, step.label,
           order_.archive->take_rows(connection_, describe_changes(step.table, step.primary_key, {step.column}),
                                     archive_sql_->set_pseudonym(step, pseudonym, tenant).sql()));
    return;
  }
  auto params = pg::Params(subject_id_, pseudonym);
  if (!step.tenant_column.empty()) params.add(tenant);
  change(step.table, step.label, connection_.exec(sql_.set_pseudonym(step).sql(), params).affected());
}

void StepRunner::change(const TableName& table, const std::string& label, std::int64_t rows) {
  progress_.changed_counts[label] += rows;
  expected_[table].updated += rows;
}

void StepRunner::run(const plan::DeleteStep& step) {
  collect_keys_of(step);
  if (step.tables.size() == 1) {
    apply(step, {});
  } else if (archive_sql_) {
    count(step, collect_and_archive(step));
  } else {
    count(step, delete_all(step));
  }
}

std::int64_t StepRunner::apply(const plan::DeleteStep& step, const Slice& slice) {
  collect_keys_of(step);
  const auto& table = plan_.tables.at(step.tables.front());
  std::int64_t deleted = 0;
  if (archive_sql_) {
    deleted =
        order_.archive->take_rows(connection_, describe_rows(table), archive_sql_->delete_rows(table, slice).sql());
  } else {
    const auto params = sql_.names_files(step) ? pg::Params(subject_id_, order_.receipt_key) : pg::Params(subject_id_);
    const auto result = connection_.exec(sql_.delete_rows(step, slice).sql(), params);
    deleted = sql_.is_plain(step) ? result.affected() : result.int64(0, 0);
  }
  // Rows that nothing names any more since these are gone would count as left.
  if (slice.unless_named_by.empty()) {
    if (!slice.is_all() && !deleted_.empty() && deleted_.back().first == &table) {
      deleted_.back().second.to = slice.to;
    } else {
      deleted_.emplace_back(&table, slice);
    }
  }
  count(step, {deleted});
  return deleted;
}

std::vector<std::int64_t> StepRunner::delete_all(const plan::DeleteStep& step) {
  const auto params = sql_.names_files(step) ? pg::Params(subject_id_, order_.receipt_key) : pg::Params(subject_id_);
  const auto result = connection_.exec(sql_.delete_rows(step).sql(), params);
  std::vector<std::int64_t> deleted;
  for (std::size_t at = 0; at < step.tables.size(); ++at) deleted.push_back(result.int64(0, static_cast<int>(at)));
  for (const auto& name : step.tables) deleted_.emplace_back(&plan_.tables.at(name), Slice{});
  return deleted;
}

std::vector<std::int64_t> StepRunner::collect_and_archive(const plan::DeleteStep& step) {
  for (std::size_t at = 0; at < step.tables.size(); ++at) {
    connection_.exec(archive_sql_->create_row_collection(step, at));
  }
  const auto result = connection_.exec(archive_sql_->collect_rows(step).sql());
  std::vector<std::int64_t> deleted;
  for (std::size_t at = 0; at < step.tables.size(); ++at) {
    const auto& table = plan_.tables.at(step.tables[at]);
    deleted.push_back(result.int64(0, static_cast<int>(at)));
    const auto taken =
        order_.archive->take_rows(connection_, describe_rows(table), archive_sql_->copy_collected_rows(step, at));
    if (taken != deleted.back()) throw Error(ErrorCode::internal, "not every deleted row came into the archive");
    connection_.exec(archive_sql_->drop_row_collection(at));
    deleted_.emplace_back(&table, Slice{});
  }
  return deleted;
}

void StepRunner::run(const plan::RefreshStep& step) { connection_.exec(sql_.refresh(step)); }

void StepRunner::collect_keys_of(const plan::DeleteStep& step) {
  for (const auto& name : step.tables) {
    const auto* collection = sql_.collection_of(name);
    if (collection != nullptr && collected_.insert(collection).second) {
      connection_.exec(sql_.create_key_collection(*collection));
    }
  }
}

void StepRunner::count(const plan::DeleteStep& step, const std::vector<std::int64_t>& deleted) {
  for (std::size_t at = 0; at < step.tables.size(); ++at) {
    const auto& table = plan_.tables.at(step.tables[at]);
    progress_.deleted_counts[table.label] += deleted[at];
    expected_[table.name].deleted += deleted[at];
    if (!table.files) continue;
    progress_.deleted_counts[files_label(table)] =
        counted_before_[files_label(table)] +
        connection_.exec(sql::kCountListedFiles, pg::Params(order_.receipt_key, table.label)).int64(0, 0);
  }
  if (sql_.names_files(step)) refuse_unsafe_files();
}

// Before the commit, since a file that cannot be removed afterwards would be left behind.
void StepRunner::refuse_unsafe_files() {
  store::refuse_unsafe_files(connection_.exec(sql::kCountUnsafeFiles, pg::Params(order_.receipt_key)).int64(0, 0));
}

std::optional<Disturbance> StepRunner::check() {
  for (const auto* collection : collected_) connection_.exec(sql_.analyze_key_collection(*collection));
  for (const auto* guard : sql_.checked_guards()) {
    if (!collected_.contains(sql_.collection_of(guard->parent))) continue;
    const auto dangling = connection_.exec(sql_.count_dangling_rows(*guard)).int64(0, 0);
    if (dangling > 0) return Disturbance{fmt::format("{} rows of {} would be left dangling", dangling, guard->key)};
  }
  if (plan_.triggers == plan::TriggerMode::skip) return std::nullopt;
  connection_.exec("SET CONSTRAINTS ALL IMMEDIATE"_sql);
  if (auto kept = find_kept_by_triggers()) return kept;
  return compare_touched_rows();
}

// A BEFORE trigger may keep a row without a word: the statement then counts one less, and nothing else shows it. A row
// that somebody has just written looks the same, but goes at the next try.
std::optional<Disturbance> StepRunner::find_kept_by_triggers() {
  const auto fires = [](const plan::Note& note) { return note.kind == plan::Note::Kind::trigger_fires; };
  if (std::ranges::none_of(plan_.notes, fires)) return std::nullopt;
  for (const auto& [table, slice] : deleted_) {
    const auto left = connection_.exec(sql_.count_rows(*table, slice).sql(), pg::Params(subject_id_)).int64(0, 0);
    if (left == 0) continue;
    return Disturbance{
        fmt::format("{}: {} rows were not deleted; a trigger keeps them: settle it with `triggers: [{{trigger: "
                    "…, action: skip}}]`, or `keep_rows:`",
                    table->label, left),
        ErrorCode::refused};
  }
  return std::nullopt;
}

// Cascades and triggers show up here: rows that were touched beyond what the steps say they touched.
std::optional<Disturbance> StepRunner::compare_touched_rows() {
  const auto touched = touched_since(touched_before_, read_touched_rows(connection_));
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

void StepRunner::drop_scratch() {
  if (scratch_.is_temporary()) return;
  for (const auto* collection : collected_) connection_.exec(sql_.drop_key_collection(*collection));
}

}  // namespace tenure::store
