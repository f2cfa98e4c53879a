#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/subject.h"
#include "catalog/catalog.h"
#include "estate/estate.h"

namespace tenure::plan {

using catalog::TableName;

/// A key that leads from a row to the row it belongs to: a foreign key of the database, or a declared reference.
struct Link {
  std::string key;  ///< as the estate file writes it: "order_id", or "tenant_id, order_id"
  std::vector<std::string> columns;
  TableName parent;
  std::vector<std::string> parent_columns;
  estate::Condition when;  ///< followed only for rows with these values
  bool as_text = false;    ///< the two sides are of different types and compare as text
  bool operator==(const Link&) const = default;
};

/// A column whose values an archive keeps: all but generated ones.
struct StoredColumn {
  std::string name;
  std::string type;  ///< as the catalog prints it
  bool operator==(const StoredColumn&) const = default;
};

/// A table whose rows go, and how to know which are the subject's.
struct OwnedTable {
  TableName name;
  std::string label;  ///< how people and counts call it: without the schema when that is the service's first
  bool is_partitioned = false;
  std::string subject_column;  ///< direct: the column that names the subject; empty when through
  catalog::TypeClass subject_type = catalog::TypeClass::uuid;
  std::vector<Link> links;  ///< through: a row belongs to whoever owns the row that any of these leads to
  estate::Condition kept_rows;
  std::string kept_reason;
  std::optional<estate::FilesRule> files;
  std::vector<StoredColumn> columns;
  std::vector<std::string> primary_key;  ///< empty when it has none
  double estimated_rows = 0;             ///< of all tenants, from the statistics

  bool is_direct() const { return !subject_column.empty(); }
};

/// A key whose parent is an owned table. Rows that are not the subject's may hang along it.
struct Guard {
  TableName child;
  std::string child_label;
  bool child_is_partitioned = false;
  std::vector<std::string> child_primary_key;
  std::string key;  ///< "orders.customer_id"
  std::vector<std::string> columns;
  TableName parent;
  std::vector<std::string> parent_columns;
  estate::Condition when;
  bool as_text = false;
  bool is_declared = false;  ///< the database does not hold it
  catalog::OnDelete on_delete = catalog::OnDelete::no_action;
  bool has_index = false;             ///< on the child's columns
  bool can_have_outside_rows = true;  ///< false where the schema rules it out
  std::optional<estate::OutsideAction> rule;
  std::vector<std::string> detached_columns;  ///< what the rule changes: the key without the child's own tenant column
};

/// Points the keys of others' rows away from the subject's, by a rule of the estate.
struct DetachStep {
  std::size_t guard = 0;  ///< index into ErasurePlan::guards
};

/// Takes a user out of rows that stay.
struct ChangeStep {
  TableName table;
  std::string label;
  bool is_partitioned = false;
  std::string column;
  catalog::TypeClass type = catalog::TypeClass::uuid;
  estate::UserAction action = estate::UserAction::set_null;
  std::string tenant_column;  ///< a pseudonym differs by its value; empty: the table has none
  std::vector<std::string> primary_key;
};

/// Deletes the subject's rows of these tables: one, or several that refer to each other in a circle and go in one
/// statement, at whose end PostgreSQL checks their keys.
struct DeleteStep {
  std::vector<TableName> tables;
};

/// Renews a materialised view that still shows what was deleted.
struct RefreshStep {
  TableName view;
};

using Step = std::variant<DetachStep, ChangeStep, DeleteStep, RefreshStep>;

/// What happens to triggers while the steps run. Where they are skipped, one set-based check a key does the work of the
/// foreign keys' own triggers.
enum class TriggerMode { fire, skip };

/// A whole table that stays.
struct KeptTable {
  TableName table;
  std::string label;
  std::string reason;
};

/// Something the operator should know before; nothing that stops the plan.
struct Note {
  enum class Kind {
    missing_index,
    trigger_fires,
    trigger_skipped,
    materialized_view,
    row_security,
    unvalidated_key,
    cannot_come_back,
  };
  Kind kind;
  std::string text;
};

/// Why there is no plan, or none that could be taken back: what cannot be done safely, and the rule that would settle
/// it.
struct Refusal {
  enum class Code {
    unknown_table,
    unknown_column,
    unknown_key,
    unaccounted_table,
    ambiguous_owner,
    ownership_cycle,
    unowned_parent,
    subject_column_type,
    foreign_table,
    rewrite_rule,
    outside_rule,
    trigger,
    uncounted_rows,
    no_primary_key,
  };
  Code code;
  std::string table;
  std::string message;
};

std::string_view to_string(Refusal::Code code);

using Refusals = std::vector<Refusal>;

/// The steps that erase a subject from one database. A value without the subject's id: that is a parameter of its
/// statements. The same catalog and rules give the same plan, byte for byte.
struct ErasurePlan {
  SubjectKind subject = SubjectKind::tenant;
  TriggerMode triggers = TriggerMode::fire;
  std::map<TableName, OwnedTable> tables;
  std::vector<Guard> guards;
  std::vector<Step> steps;
  std::vector<KeptTable> kept;
  std::vector<TableName> side_effects;  ///< tables that the user's own triggers may change
  std::vector<Note> notes;
  Refusals archive_refusals;  ///< why what it erases could not come back; an erasure with an archive is refused by them
  std::string catalog_digest;

  /// Names the plan: 64 hexadecimal digits over all that decides what it does.
  std::string digest() const;
};

}  // namespace tenure::plan
