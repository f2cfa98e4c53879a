#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "catalog/catalog.h"
#include "store/postgres/subject_rows.h"

namespace tenure::store {

/// The statements that bring archived rows back. Pure. Catalog and plan must outlive it.
///
/// "Rows that came back" are those that this transaction wrote (xmin), and where the plan says how rows of a table are
/// known as the subject's, that is asked as well, so that an index finds them.
class RestoreSql {
 public:
  /// `plan` is how the subject would be erased now; null when there is none, which only makes the checks slower.
  RestoreSql(const catalog::Catalog& catalog, const plan::ErasurePlan* plan, const Subject& subject,
             std::string encoding);

  pg::Sql lock(const std::set<catalog::TableName>& tables) const;
  /// COPY … FROM STDIN into the section's table.
  pg::Sql copy_in(const archive::SectionInfo& section) const;

  /// Tables that point at each other are filled by one statement, at whose end their keys are checked; their rows wait
  /// in tables of the transaction's own until then.
  pg::Sql create_stage(const archive::SectionInfo& section, std::size_t number) const;
  pg::Sql copy_into_stage(std::size_t number) const;
  /// One row with one bigint a section: rows inserted.
  pg::Sql insert_staged(const std::vector<archive::SectionInfo>& sections) const;
  pg::Sql drop_stage(std::size_t number) const;

  /// Rows that were changed come into a table of the transaction's own and change the table's back, where they still
  /// are what the erasure left.
  pg::Sql create_changes(const archive::SectionInfo& section) const;
  pg::Sql copy_into_changes() const;
  pg::Sql analyze_changes() const;
  pg::Sql revert_changes(const archive::SectionInfo& section) const;
  pg::Sql drop_changes() const;

  /// One bigint: rows of the table that came back. From here on `by_subject` says whether they are looked for as the
  /// subject's.
  pg::Sql count_rows(const catalog::TableName& table, bool by_subject) const;
  /// The rows that came back as they are now, as COPY sends them.
  pg::Sql copy_out(const archive::SectionInfo& section, bool by_subject) const;
  /// One boolean: whether the role may hold rows of the table.
  pg::Sql may_hold(const catalog::TableName& table) const;
  /// One bigint: rows that came back and point at none that did.
  pg::Sql count_strays(const catalog::TableName& child, const catalog::ForeignKey& key, bool by_subject) const;
  /// Holds the rows that those which came back point at, as far as they did not come back themselves. One bigint.
  pg::Sql lock_parents(const catalog::TableName& child, const catalog::ForeignKey& key, bool by_subject) const;
  /// One bigint: rows that came back and point at nothing.
  pg::Sql count_dangling(const catalog::TableName& child, const catalog::ForeignKey& key, bool by_subject) const;

  bool knows_owner(const catalog::TableName& table) const;
  pg::Sql refresh(const catalog::TableName& view) const;

 private:
  bool is_partitioned(const catalog::TableName& table) const;
  pg::Sql count_unmatched(const catalog::TableName& child, const catalog::ForeignKey& key, bool by_subject,
                          bool only_restored) const;
  void add_restored(pg::SqlBuilder& sql, const catalog::TableName& table, bool by_subject) const;
  void add_encoding(pg::SqlBuilder& sql) const;

  const catalog::Catalog& catalog_;
  const plan::ErasurePlan* plan_;
  const std::optional<SubjectRows> rows_;
  const std::string encoding_;
};

}  // namespace tenure::store
