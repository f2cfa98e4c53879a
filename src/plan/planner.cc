#include "plan/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/components.h"
#include "plan/irreversible.h"
#include "plan/ownership.h"

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using catalog::Table;
using catalog::Trigger;

class Planner {
 public:
  Planner(const catalog::Catalog& catalog, const estate::Database& rules, const std::string& tenant_column,
          const std::vector<std::string>& last_tables, SubjectKind subject)
      : catalog_(catalog),
        rules_(rules),
        last_tables_(last_tables),
        resolver_(catalog, rules, refusals_),
        scope_{catalog, rules, tenant_column, resolver_, refusals_} {
    plan_.subject = subject;
  }

  std::variant<ErasurePlan, Refusals> run() {
    auto ownership = plan_.subject == SubjectKind::tenant ? owned_by_tenant(scope_) : owned_by_user(scope_);
    plan_.tables = std::move(ownership.owned);
    plan_.kept = std::move(ownership.kept);
    for (const auto& name : rules_.side_effects) {
      if (const auto* table = resolver_.table(name)) plan_.side_effects.push_back(table->name);
    }
    add_guards();
    apply_outside_rules();
    for (std::size_t guard = 0; guard < plan_.guards.size(); ++guard) {
      if (plan_.guards[guard].rule) plan_.steps.emplace_back(DetachStep{guard});
    }
    for (auto& change : ownership.changes) plan_.steps.emplace_back(std::move(change));
    add_delete_steps();
    add_refresh_steps();
    settle_triggers();
    add_notes();
    plan_.archive_refusals = irreversible_parts(plan_, scope_);
    for (const auto& refusal : plan_.archive_refusals) {
      note(Note::Kind::cannot_come_back, "could not come back from an archive: " + refusal.message);
    }
    if (!refusals_.empty()) return std::move(refusals_);
    plan_.catalog_digest = catalog_.digest();
    return std::move(plan_);
  }

 private:
  const OwnedTable* owned(const TableName& name) const {
    const auto found = plan_.tables.find(name);
    return found == plan_.tables.end() ? nullptr : &found->second;
  }

  void refuse(Refusal::Code code, std::string table, std::string message) {
    refusals_.push_back({code, std::move(table), std::move(message)});
  }

  void add_guards() {
    for (const auto& child : catalog_.tables) {
      for (const auto& link : resolver_.links_of(child)) {
        if (owned(link.parent) == nullptr) continue;
        const auto key = std::ranges::find_if(child.foreign_keys, [&](const catalog::ForeignKey& candidate) {
          return link.when.empty() && candidate.columns == link.columns && candidate.parent == link.parent &&
                 candidate.parent_columns == link.parent_columns;
        });
        const bool is_declared = key == child.foreign_keys.end();
        const auto label = resolver_.label(child.name);
        Guard guard{.child = child.name,
                    .child_label = label,
                    .child_is_partitioned = child.kind == catalog::TableKind::partitioned,
                    .child_primary_key = child.primary_key(),
                    .key = fmt::format("{}.{}", label, link.key),
                    .columns = link.columns,
                    .parent = link.parent,
                    .parent_columns = link.parent_columns,
                    .when = link.when,
                    .as_text = link.as_text,
                    .is_declared = is_declared,
                    .on_delete = is_declared ? OnDelete::no_action : key->on_delete,
                    .has_index = child.has_index_on(link.columns),
                    .can_have_outside_rows = can_have_outside_rows(child, link),
                    .rule = {},
                    .detached_columns = detached_columns(child, link)};
        if (std::ranges::any_of(plan_.guards, [&](const Guard& known) { return is_same_key(known, guard); })) continue;
        if (!is_declared && !key->is_validated) {
          note(Note::Kind::unvalidated_key, fmt::format("{} is NOT VALID: rows may point at nothing", guard.key));
        }
        plan_.guards.push_back(std::move(guard));
      }
    }
  }

  // A row that is pointed away from its parent stays its own tenant's.
  std::vector<std::string> detached_columns(const Table& child, const Link& link) const {
    const auto* owner = owned(child.name);
    std::string tenant_column = scope_.tenant_column;
    for (const auto& rule : rules_.tables) {
      if (rule.tenant_column && resolver_.table(rule.table) == &child) tenant_column = *rule.tenant_column;
    }
    std::vector<std::string> columns;
    for (const auto& column : link.columns) {
      const bool is_subject = owner != nullptr && owner->is_direct() && column == owner->subject_column;
      if (!is_subject && column != tenant_column) columns.push_back(column);
    }
    return columns;
  }

  // A foreign key may be declared twice, in the database or as a reference as well.
  static bool is_same_key(const Guard& a, const Guard& b) {
    return a.child == b.child && a.columns == b.columns && a.parent == b.parent &&
           a.parent_columns == b.parent_columns && a.when == b.when && a.on_delete == b.on_delete;
  }

  // False where whoever owns the parent row owns the child row by definition.
  bool can_have_outside_rows(const Table& child, const Link& link) const {
    const auto* owner = owned(child.name);
    if (owner == nullptr || !owner->kept_rows.empty()) return true;
    if (!owner->is_direct()) return std::ranges::find(owner->links, link) == owner->links.end();
    const auto* parent = owned(link.parent);
    if (!parent->is_direct() || parent->subject_type != owner->subject_type) return true;
    for (std::size_t at = 0; at < link.columns.size(); ++at) {
      if (link.columns[at] == owner->subject_column && link.parent_columns[at] == parent->subject_column) return false;
    }
    return true;
  }

  void apply_outside_rules() {
    for (const auto& rule : rules_.outside_rows) {
      const auto* table = resolver_.table(rule.table);
      if (table == nullptr) continue;
      for (const auto& link : resolver_.links(*table, rule.key)) {
        for (auto& guard : plan_.guards) {
          if (guard.child != table->name || guard.columns != link.columns || guard.parent != link.parent) continue;
          if (may_point_away(*table, guard, rule.action)) guard.rule = rule.action;
        }
      }
    }
    if (plan_.subject == SubjectKind::tenant) return;
    // Within a tenant the database's own answer to a row that loses its user's row is taken as meant.
    for (auto& guard : plan_.guards) {
      if (guard.rule || !guard.can_have_outside_rows) continue;
      const auto* child = catalog_.find(guard.child);
      const auto follow = [&](OnDelete answer, estate::OutsideAction action) {
        if (guard.on_delete == answer && may_point_away(*child, guard, action)) guard.rule = action;
      };
      follow(OnDelete::set_null, estate::OutsideAction::set_null);
      follow(OnDelete::set_default, estate::OutsideAction::set_default);
    }
  }

  bool may_point_away(const Table& table, const Guard& guard, estate::OutsideAction action) {
    if (guard.detached_columns.empty()) {
      refuse(Refusal::Code::outside_rule, guard.child_label,
             fmt::format("{}: the key is the tenant column itself, so `outside_rows` cannot change it", guard.key));
      return false;
    }
    if (table.has_update_rule) {
      refuse(
          Refusal::Code::rewrite_rule, guard.child_label,
          fmt::format("{}: a rewrite rule (CREATE RULE … ON UPDATE) changes what an update does; drop it", guard.key));
      return false;
    }
    for (const auto& name : guard.detached_columns) {
      const auto* column = table.find_column(name);
      if (column->is_generated) {
        refuse(Refusal::Code::outside_rule, guard.child_label,
               fmt::format("{}: the column {} is generated, so `outside_rows` cannot change it", guard.key, name));
        return false;
      }
      if (column->is_not_null && (action == estate::OutsideAction::set_null || !column->has_default)) {
        refuse(Refusal::Code::outside_rule, guard.child_label,
               fmt::format("{}: the column {} is NOT NULL, so `outside_rows` cannot set it to null", guard.key, name));
        return false;
      }
    }
    return true;
  }

  bool is_last(const TableName& name) const {
    const auto has_name = [&](const std::string& written) { return written == name.name || written == name.str(); };
    if (std::ranges::any_of(last_tables_, has_name)) return true;
    return std::ranges::any_of(rules_.tables,
                               [&](const estate::TableRule& rule) { return rule.last && has_name(rule.table); });
  }

  void add_delete_steps() {
    std::set<TableName> tables;
    for (const auto& [name, table] : plan_.tables) tables.insert(name);
    std::set<Edge> edges;
    for (const auto& guard : plan_.guards) {
      if (tables.contains(guard.child)) edges.emplace(guard.child, guard.parent);
    }
    for (auto& component : order_children_first(tables, edges, [&](const TableName& name) { return is_last(name); })) {
      plan_.steps.emplace_back(DeleteStep{std::move(component)});
    }
  }

  void add_refresh_steps() {
    auto views = catalog_.materialized_views;
    std::ranges::stable_sort(views, {}, &catalog::MaterializedView::depth);
    for (const auto& view : views) {
      if (std::ranges::none_of(view.reads, [&](const TableName& read) { return owned(read) != nullptr; })) continue;
      plan_.steps.emplace_back(RefreshStep{view.name});
      note(Note::Kind::materialized_view,
           fmt::format("{} shows rows that go; it is refreshed, which locks out its readers meanwhile",
                       resolver_.label(view.name)));
    }
  }

  struct Fired {
    const Table* table;
    const Trigger* trigger;
    bool is_skipped;
  };

  // The user's own triggers that the steps would set off.
  std::vector<Fired> fired_triggers() const {
    std::set<TableName> updated;
    for (const auto& step : plan_.steps) {
      if (const auto* detach = std::get_if<DetachStep>(&step)) updated.insert(plan_.guards[detach->guard].child);
      if (const auto* change = std::get_if<ChangeStep>(&step)) updated.insert(change->table);
    }
    std::vector<Fired> fired;
    for (const auto& table : catalog_.tables) {
      for (const auto& trigger : table.triggers) {
        const bool is_set_off =
            (trigger.on_delete && owned(table.name) != nullptr) || (trigger.on_update && updated.contains(table.name));
        if (!is_set_off || trigger.firing == Trigger::Firing::disabled) continue;
        const bool is_skipped = std::ranges::any_of(rules_.triggers, [&](const estate::TriggerRule& rule) {
          const auto* named = resolver_.table(rule.table);
          return rule.skip && named == &table && rule.trigger == trigger.name;
        });
        fired.push_back({&table, &trigger, is_skipped});
      }
    }
    return fired;
  }

  void settle_triggers() {
    check_trigger_rules();
    const auto fired = fired_triggers();
    bool must_fire = false;
    bool must_skip = false;
    for (const auto& one : fired) {
      if (one.trigger->firing == Trigger::Firing::always) {
        // It fires in either mode, and only where triggers fire is what it does counted.
        must_fire = true;
        must_skip |= one.is_skipped;
        continue;
      }
      const bool is_for_replicas = one.trigger->firing == Trigger::Firing::replica;
      must_skip |= one.is_skipped && !is_for_replicas;
      must_fire |= !one.is_skipped || is_for_replicas;
    }
    choose_trigger_mode(must_fire, must_skip);
    for (const auto& one : fired) {
      const bool fires = plan_.triggers == TriggerMode::fire ? one.trigger->firing != Trigger::Firing::replica
                                                             : one.trigger->firing != Trigger::Firing::origin;
      note(fires ? Note::Kind::trigger_fires : Note::Kind::trigger_skipped,
           fmt::format("{}: the trigger {} (function {}) {}", resolver_.label(one.table->name), one.trigger->name,
                       one.trigger->function, fires ? "fires; what it changes is counted" : "is left out"));
    }
  }

  void choose_trigger_mode(bool must_fire, bool must_skip) {
    if (must_fire && must_skip) {
      refuse(Refusal::Code::trigger, "",
             "triggers: some are to be skipped and others to fire, which one transaction cannot do; skip all that "
             "`tenure plan` lists, or none");
    } else if (must_skip && !catalog_.server.may_skip_triggers) {
      refuse(Refusal::Code::trigger, "",
             "triggers: `skip` needs a role that may set session_replication_role (a superuser, or GRANT SET ON "
             "PARAMETER from PostgreSQL 15 on)");
    }
    plan_.triggers = catalog_.server.may_skip_triggers && !must_fire ? TriggerMode::skip : TriggerMode::fire;
    if (plan_.triggers == TriggerMode::fire && !catalog_.server.counts_rows) {
      refuse(Refusal::Code::uncounted_rows, "",
             "track_counts is off, so that rows changed by cascades and triggers cannot be counted; turn it on for "
             "this role");
    }
  }

  void check_trigger_rules() {
    for (const auto& rule : rules_.triggers) {
      const auto* table = resolver_.table(rule.table);
      if (table != nullptr &&
          std::ranges::find(table->triggers, rule.trigger, &Trigger::name) == table->triggers.end()) {
        refuse(Refusal::Code::trigger, rule.table,
               fmt::format("{}: a rule names the trigger {}, which the table does not have", rule.table, rule.trigger));
      }
    }
  }

  void add_notes() {
    for (const auto& guard : plan_.guards) {
      if (!guard.has_index) {
        const auto parent = resolver_.label(guard.parent);
        note(Note::Kind::missing_index,
             plan_.triggers == TriggerMode::skip
                 ? fmt::format("{} has no index: {} is scanned once", guard.key, guard.child_label)
                 : fmt::format("{} has no index: {} is scanned for every deleted row of {}", guard.key,
                               guard.child_label, parent));
      }
    }
    for (const auto& [name, table] : plan_.tables) {
      if (catalog_.find(name)->has_row_security) {
        note(Note::Kind::row_security,
             fmt::format("{} has row-level security; a role that it would hide rows from is refused", table.label));
      }
    }
  }

  void note(Note::Kind kind, std::string text) { plan_.notes.push_back({kind, std::move(text)}); }

  const catalog::Catalog& catalog_;
  const estate::Database& rules_;
  const std::vector<std::string>& last_tables_;
  Refusals refusals_;
  Resolver resolver_;
  Scope scope_;
  ErasurePlan plan_;
};

}  // namespace

std::variant<ErasurePlan, Refusals> plan_erasure(const catalog::Catalog& catalog, const estate::Database& rules,
                                                 const std::string& tenant_column,
                                                 const std::vector<std::string>& last_tables, SubjectKind subject) {
  return Planner(catalog, rules, tenant_column, last_tables, subject).run();
}

Error refusal_error(const Refusals& refusals) {
  std::vector<std::string> problems;
  for (const auto& refusal : refusals) {
    if (std::ranges::find(problems, refusal.message) == problems.end()) problems.push_back(refusal.message);
  }
  auto message = problems.size() == 1
                     ? problems.front()
                     : fmt::format("no safe plan: {} things need a rule in the estate file", problems.size());
  return Error(ErrorCode::refused, std::move(message)).with_problems(std::move(problems));
}

}  // namespace tenure::plan
