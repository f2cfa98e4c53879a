#include "plan/ownership.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using catalog::Table;
using catalog::TableKind;
using catalog::TypeClass;
using estate::TableRule;

class Classifier {
 public:
  explicit Classifier(const Scope& scope) : scope_(scope) {
    for (const auto& rule : scope.rules.tables) {
      if (const auto* table = scope.resolver.table(rule.table)) rules_[table->name] = &rule;
    }
    for (const auto& reference : scope.rules.references) {
      scope.resolver.table(reference.from_table);
      scope.resolver.table(reference.to_table);
    }
  }

  Ownership tenant() {
    for (const auto& table : scope_.catalog.tables) {
      if (scope_.resolver.is_accountable(table)) settle_by_rule_or_column(table);
    }
    settle_through_keys();
    for (const auto* table : open_) refuse_unaccounted(*table);
    check_links();
    return std::move(result_);
  }

  Ownership user() {
    Ownership by_tenant = Classifier(scope_).tenant();
    for (const auto& table : scope_.catalog.tables) {
      if (const auto* rule = rule_of(table); rule != nullptr && rule->user) settle_user_rule(table, *rule, by_tenant);
    }
    descend_from_user_rows(by_tenant);
    return std::move(result_);
  }

 private:
  const TableRule* rule_of(const Table& table) const {
    const auto found = rules_.find(table.name);
    return found == rules_.end() ? nullptr : found->second;
  }

  std::string label(const Table& table) const { return scope_.resolver.label(table.name); }

  void refuse(Refusal::Code code, const Table& table, std::string message) {
    scope_.refusals.push_back({code, label(table), fmt::format("{}: {}", label(table), message)});
  }

  OwnedTable& own(const Table& table) {
    auto [entry, is_new] = result_.owned.try_emplace(table.name);
    auto& owned = entry->second;
    if (!is_new) return owned;
    owned.name = table.name;
    owned.label = label(table);
    owned.is_partitioned = table.kind == TableKind::partitioned;
    owned.estimated_rows = table.estimated_rows;
    owned.primary_key = table.primary_key();
    for (const auto& column : table.columns) {
      if (!column.is_generated) owned.columns.push_back({column.name, column.type});
    }
    if (const auto* rule = rule_of(table)) {
      for (const auto& [column, value] : rule->keep_rows) scope_.resolver.has_column(table, column);
      owned.kept_rows = rule->keep_rows;
      owned.kept_reason = rule->keep_rows_reason;
      if (rule->files && scope_.resolver.has_column(table, rule->files->column)) owned.files = rule->files;
    }
    if (table.has_delete_rule) {
      refuse(Refusal::Code::rewrite_rule, table,
             "a rewrite rule (CREATE RULE … ON DELETE) changes what a deletion does; drop it, or settle it with "
             "`keep:`");
    }
    return owned;
  }

  void own_direct(const Table& table, const std::string& column) {
    if (!scope_.resolver.has_column(table, column)) return;
    const auto type = table.find_column(column)->type_class;
    if (type == TypeClass::other) {
      refuse(Refusal::Code::subject_column_type, table,
             fmt::format("{} is of type {}, which cannot hold a UUID; settle it with `tenant_column:`, `through:` or "
                         "`keep:`",
                         column, table.find_column(column)->type));
      return;
    }
    auto& owned = own(table);
    owned.subject_column = column;
    owned.subject_type = type;
  }

  void settle_by_rule_or_column(const Table& table) {
    const auto* rule = rule_of(table);
    if (rule != nullptr && rule->keep_reason) {
      result_.kept.push_back({table.name, label(table), *rule->keep_reason});
    } else if (table.kind == TableKind::foreign) {
      refuse(Refusal::Code::foreign_table, table,
             "is a foreign table; erase it where its rows are, as a service of its own, and settle it here with "
             "`keep:`");
    } else if (rule != nullptr && rule->tenant_column) {
      own_direct(table, *rule->tenant_column);
    } else if (rule != nullptr && !rule->through.empty()) {
      for (const auto& key : rule->through) {
        for (auto& link : scope_.resolver.links(table, key)) own(table).links.push_back(std::move(link));
      }
    } else if (table.find_column(scope_.tenant_column) != nullptr) {
      own_direct(table, scope_.tenant_column);
    } else {
      open_.push_back(&table);
    }
  }

  // Breadth first: each round looks only at tables settled in earlier rounds, so a table belongs through its nearest
  // owned parent, whatever the order of names.
  void settle_through_keys() {
    for (bool has_progress = true; has_progress;) {
      has_progress = false;
      std::map<const Table*, std::vector<Link>> found;
      for (const auto* table : open_) {
        auto links = owner_candidates(*table);
        if (!links.empty()) found[table] = std::move(links);
      }
      for (auto& [table, links] : found) {
        own(*table).links = std::move(links);
        std::erase(open_, table);
        has_progress = true;
      }
    }
    add_later_references();
  }

  // A polymorphic reference leads to several parents, of which some were settled after the table itself.
  void add_later_references() {
    for (auto& [name, owned] : result_.owned) {
      const auto& table = *scope_.catalog.find(name);
      const auto* rule = rule_of(table);
      if (owned.is_direct() || owned.links.empty() || (rule != nullptr && !rule->through.empty())) continue;
      if (is_key_of_database(table, owned.links.front())) continue;
      for (auto& link : scope_.resolver.links_of(table)) {
        const bool is_known = std::ranges::find(owned.links, link) != owned.links.end();
        if (!is_known && is_owned(link.parent) && link.parent != name && !is_key_of_database(table, link)) {
          owned.links.push_back(std::move(link));
        }
      }
    }
  }

  static bool is_key_of_database(const Table& table, const Link& link) {
    return std::ranges::any_of(table.foreign_keys, [&](const catalog::ForeignKey& key) {
      return link.when.empty() && key.columns == link.columns && key.parent == link.parent;
    });
  }

  bool is_owned(const TableName& name) const { return result_.owned.contains(name); }

  // The links by which rows of an unsettled table belong to the tenant; empty when there is none yet.
  std::vector<Link> owner_candidates(const Table& table) {
    std::vector<Link> declared;
    std::vector<Link> keys;
    std::vector<Link> cascading;
    for (auto& link : scope_.resolver.links_of(table)) {
      if (link.parent == table.name || !is_owned(link.parent) || std::ranges::find(keys, link) != keys.end()) continue;
      const auto key = std::ranges::find_if(table.foreign_keys, [&](const catalog::ForeignKey& candidate) {
        return candidate.columns == link.columns && candidate.parent == link.parent && link.when.empty();
      });
      if (key == table.foreign_keys.end()) {
        declared.push_back(std::move(link));
        continue;
      }
      const bool is_mandatory = std::ranges::all_of(
          link.columns, [&](const std::string& column) { return table.find_column(column)->is_not_null; });
      if (!is_mandatory) continue;
      if (key->on_delete == OnDelete::cascade) cascading.push_back(link);
      keys.push_back(std::move(link));
    }
    if (!declared.empty()) return declared;
    if (keys.size() <= 1) return keys;
    if (cascading.size() == 1) return cascading;
    refuse_ambiguous(table, keys);
    return {keys.front()};
  }

  void refuse_ambiguous(const Table& table, const std::vector<Link>& links) {
    std::vector<std::string> choices;
    for (const auto& link : links) {
      choices.push_back(fmt::format("`through: \"{}\"` ({})", link.key, scope_.resolver.label(link.parent)));
    }
    refuse(Refusal::Code::ambiguous_owner, table,
           fmt::format("could belong to the tenant along several keys; settle it with {}", fmt::join(choices, " or ")));
  }

  void refuse_unaccounted(const Table& table) {
    refuse(Refusal::Code::unaccounted_table, table,
           fmt::format("has no column {} and no NOT NULL foreign key to a table that belongs to the tenant; settle it "
                       "with `keep:`, `tenant_column:` or `through:`",
                       scope_.tenant_column));
  }

  // Each chain of links must end at a direct table.
  void check_links() {
    for (const auto& [name, owned] : result_.owned) {
      const auto* table = scope_.catalog.find(name);
      for (const auto& link : owned.links) {
        if (!is_owned(link.parent)) {
          refuse(Refusal::Code::unowned_parent, *table,
                 fmt::format("`through: \"{}\"` leads to {}, which does not belong to the tenant", link.key,
                             scope_.resolver.label(link.parent)));
        }
      }
      std::set<TableName> path;
      if (!is_anchored(name, path)) {
        refuse(Refusal::Code::ownership_cycle, *table,
               "belongs through itself: its keys lead back to it without meeting a tenant column; settle it with "
               "`through:` another key");
      }
    }
  }

  bool is_anchored(const TableName& name, std::set<TableName>& path) const {
    const auto found = result_.owned.find(name);
    if (found == result_.owned.end() || found->second.is_direct()) return true;
    if (!path.insert(name).second) return false;
    const bool is_anchored_by_all =
        std::ranges::all_of(found->second.links, [&](const Link& link) { return is_anchored(link.parent, path); });
    path.erase(name);
    return is_anchored_by_all;
  }

  void settle_user_rule(const Table& table, const TableRule& rule, const Ownership& by_tenant) {
    const auto& user = *rule.user;
    if (!scope_.resolver.has_column(table, user.column)) return;
    const auto* column = table.find_column(user.column);
    if (column->type_class == TypeClass::other) {
      refuse(Refusal::Code::subject_column_type, table,
             fmt::format("{} is of type {}, which cannot hold a user's UUID", user.column, column->type));
      return;
    }
    if (user.action == estate::UserAction::delete_rows) {
      own_direct(table, user.column);
      return;
    }
    if (user.action == estate::UserAction::set_null && column->is_not_null) {
      refuse(Refusal::Code::subject_column_type, table,
             fmt::format("{} is NOT NULL, so `set_null` cannot be; use `delete` or `pseudonym`", user.column));
      return;
    }
    if (column->is_generated) {
      refuse(Refusal::Code::subject_column_type, table,
             fmt::format("{} is generated, so an erasure cannot change it; use `delete`", user.column));
      return;
    }
    if (user.action == estate::UserAction::pseudonym && is_in_foreign_key(table, user.column)) {
      refuse(Refusal::Code::subject_column_type, table,
             fmt::format("{} is part of a foreign key, which no pseudonym would satisfy; use `delete` or `set_null`",
                         user.column));
      return;
    }
    if (table.has_update_rule) {
      refuse(Refusal::Code::rewrite_rule, table,
             "a rewrite rule (CREATE RULE … ON UPDATE) changes what an update does; drop it");
      return;
    }
    const auto owner = by_tenant.owned.find(table.name);
    result_.changes.push_back({.table = table.name,
                               .label = label(table),
                               .is_partitioned = table.kind == TableKind::partitioned,
                               .column = user.column,
                               .type = column->type_class,
                               .action = user.action,
                               .tenant_column = owner == by_tenant.owned.end() ? "" : owner->second.subject_column,
                               .primary_key = table.primary_key()});
  }

  static bool is_in_foreign_key(const Table& table, const std::string& column) {
    return std::ranges::any_of(table.foreign_keys, [&](const catalog::ForeignKey& key) {
      return std::ranges::find(key.columns, column) != key.columns.end();
    });
  }

  // What hangs under a deleted row goes with it where the key says so (ON DELETE CASCADE) or where the row belongs to
  // its tenant through that very key.
  void descend_from_user_rows(const Ownership& by_tenant) {
    for (bool has_progress = true; has_progress;) {
      has_progress = false;
      for (const auto& table : scope_.catalog.tables) {
        const auto* rule = rule_of(table);
        if (rule != nullptr && (rule->keep_reason || rule->user)) continue;
        for (auto& link : scope_.resolver.links_of(table)) {
          if (link.parent == table.name || !is_owned(link.parent) || !goes_with_parent(table, link, by_tenant))
            continue;
          const auto known = result_.owned.find(table.name);
          if (known != result_.owned.end() &&
              std::ranges::find(known->second.links, link) != known->second.links.end()) {
            continue;
          }
          if (belongs_through(link.parent, table.name)) continue;
          own(table).links.push_back(std::move(link));
          has_progress = true;
        }
      }
    }
    check_links();
  }

  // True when rows of `table` are reached through rows of `ancestor`.
  bool belongs_through(const TableName& table, const TableName& ancestor) const {
    if (table == ancestor) return true;
    const auto found = result_.owned.find(table);
    return found != result_.owned.end() && std::ranges::any_of(found->second.links, [&](const Link& link) {
             return belongs_through(link.parent, ancestor);
           });
  }

  bool goes_with_parent(const Table& table, const Link& link, const Ownership& by_tenant) const {
    const bool cascades = std::ranges::any_of(table.foreign_keys, [&](const catalog::ForeignKey& key) {
      return key.columns == link.columns && key.parent == link.parent && key.on_delete == OnDelete::cascade;
    });
    if (cascades) return true;
    const auto owner = by_tenant.owned.find(table.name);
    return owner != by_tenant.owned.end() && !owner->second.is_direct() &&
           std::ranges::find(owner->second.links, link) != owner->second.links.end();
  }

  const Scope& scope_;
  std::map<TableName, const TableRule*> rules_;
  std::vector<const Table*> open_;
  Ownership result_;
};

}  // namespace

Ownership owned_by_tenant(const Scope& scope) { return Classifier(scope).tenant(); }

Ownership owned_by_user(const Scope& scope) { return Classifier(scope).user(); }

}  // namespace tenure::plan
