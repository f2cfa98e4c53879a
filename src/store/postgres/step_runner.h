#pragma once

#include <optional>
#include <set>

#include "store/postgres/archive_sql.h"
#include "store/postgres/erasure_order.h"
#include "store/postgres/plan_sql.h"
#include "store/postgres/progress.h"
#include "store/postgres/touched_rows.h"

namespace tenure::store {

/// Carries out steps of a plan inside one transaction, into the order's archive where it has one, and checks at the end
/// that nothing else was touched.
class StepRunner {
 public:
  /// `progress` holds what earlier transactions have counted, and is counted on.
  StepRunner(pg::Connection& connection, const ErasureOrder& order, const Scratch& scratch, Progress& progress);

  /// Once, before the first step.
  void begin();
  void apply(const plan::Step& step);
  /// Deletes a part of the rows of the step's only table. Returns how many.
  std::int64_t apply(const plan::DeleteStep& step, const Slice& slice);
  /// Once, after the last step: everything that could have gone otherwise than planned.
  std::optional<Disturbance> check();
  /// Takes back what `scratch` was used for, where it does not go by itself.
  void drop_scratch();

  const PlanSql& sql() const { return sql_; }

 private:
  void run(const plan::DetachStep& step);
  void run(const plan::ChangeStep& step);
  void run(const plan::DeleteStep& step);
  void run(const plan::RefreshStep& step);

  /// One COPY of changed rows into the archive, or an UPDATE.
  void change(const catalog::TableName& table, const std::string& label, std::int64_t rows);
  void set_pseudonym(const plan::ChangeStep& step, const std::optional<std::string>& tenant);
  std::vector<std::int64_t> delete_all(const plan::DeleteStep& step);
  std::vector<std::int64_t> collect_and_archive(const plan::DeleteStep& step);
  void collect_keys_of(const plan::DeleteStep& step);
  void count(const plan::DeleteStep& step, const std::vector<std::int64_t>& deleted);
  void refuse_unsafe_files();
  std::optional<Disturbance> find_kept_by_triggers();
  std::optional<Disturbance> compare_touched_rows();

  pg::Connection& connection_;
  const ErasureOrder& order_;
  const plan::ErasurePlan& plan_;
  const Scratch scratch_;
  const PlanSql sql_;
  const std::string subject_id_;
  Progress& progress_;
  Counts counted_before_;  ///< by earlier transactions
  std::optional<ArchiveSql> archive_sql_;

  std::set<const KeyCollection*> collected_;
  std::vector<std::pair<const plan::OwnedTable*, Slice>> deleted_;  ///< what has to be empty now
  TouchedRows touched_before_;
  TouchedRows expected_;
};

}  // namespace tenure::store
