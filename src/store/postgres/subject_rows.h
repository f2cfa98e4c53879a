#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/sql.h"
#include "plan/erasure_plan.h"

namespace tenure::store {

/// A part of the subject's rows of one table; all, unless it says otherwise.
struct Slice {
  /// By where they lie, both ends included: a place is a ctid, "(12,1)". Of a partitioned table, in each partition.
  std::string from;
  std::string to;
  /// Only rows that no row of these tables points at, so that they can go before it.
  std::vector<catalog::TableName> unless_named_by;

  bool is_all() const { return from.empty() && to.empty() && unless_named_by.empty(); }
};

/// Writes the conditions that make a statement touch the rows of one subject only. Pure. The plan must outlive it.
class SubjectRows {
 public:
  /// The subject is the statement's $1.
  explicit SubjectRows(const plan::ErasurePlan& plan) : plan_(plan) {}
  /// The subject's id stands in the statement itself: COPY takes no parameters.
  SubjectRows(const plan::ErasurePlan& plan, const Subject& subject) : plan_(plan), id_(id_of(subject)) {}

  /// The row t<alias> names the subject in `column`.
  void add_match(pg::SqlBuilder& sql, int alias, const std::string& column, catalog::TypeClass type) const;
  /// The row t<alias> of `table` is the subject's (and does not stay by a condition, unless asked for those too).
  /// `next_alias` is free, as are all after it.
  void add_owned(pg::SqlBuilder& sql, const plan::OwnedTable& table, int alias, int& next_alias,
                 bool with_kept_rows) const;
  /// The row t0 of `table` is the subject's and in the slice.
  void add_slice(pg::SqlBuilder& sql, const plan::OwnedTable& table, const Slice& slice) const;
  /// The row t0 of the guard's child points at a row of the subject.
  void add_pointing(pg::SqlBuilder& sql, const plan::Guard& guard) const;
  /// The same, and is not the subject's.
  void add_outside(pg::SqlBuilder& sql, const plan::Guard& guard) const;

  const plan::OwnedTable& owned(const catalog::TableName& name) const { return plan_.tables.at(name); }

 private:
  void add_pointing(pg::SqlBuilder& sql, const plan::Guard& guard, int& next_alias) const;
  void add_unnamed(pg::SqlBuilder& sql, const plan::OwnedTable& table, const Slice& slice, int next_alias) const;

  const plan::ErasurePlan& plan_;
  std::optional<std::string> id_;
};

}  // namespace tenure::store
