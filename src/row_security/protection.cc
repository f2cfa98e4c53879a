#include "row_security/protection.h"

#include "row_security/sql.h"

namespace tenure::row_security {
namespace {

using catalog::TableName;

PolicyCommand command_from(const std::string& polcmd) {
  switch (polcmd.empty() ? '*' : polcmd.front()) {
    case 'r':
      return PolicyCommand::select;
    case 'a':
      return PolicyCommand::insert;
    case 'w':
      return PolicyCommand::update;
    case 'd':
      return PolicyCommand::remove;
    default:
      return PolicyCommand::all;
  }
}

std::optional<RoleFacts> read_role(pg::Connection& connection, const std::string& role) {
  const auto rows = connection.exec(sql::kFindRole, pg::Params(role));
  if (rows.empty()) return std::nullopt;
  return RoleFacts{.is_superuser = rows.boolean(0, 0),
                   .bypasses = rows.boolean(0, 1),
                   .can_become = rows.text_array(0, 2),
                   .is_available = rows.boolean(0, 3)};
}

void read_tables(pg::Connection& connection, const std::string& role, Protections& found) {
  const auto rows = connection.exec(sql::kListProtections, pg::Params(role));
  std::vector<std::pair<TableName, std::string>> open_partitions;
  for (int row = 0; row < rows.rows(); ++row) {
    const TableName name{rows.text(row, 0), rows.text(row, 1)};
    Protection table{.is_enabled = rows.boolean(row, 4),
                     .is_forced = rows.boolean(row, 5),
                     .owner = rows.text(row, 6),
                     .role_owns = rows.boolean(row, 7),
                     .may_select = rows.boolean(row, 8),
                     .may_insert = rows.boolean(row, 9),
                     .may_update = rows.boolean(row, 10),
                     .may_delete = rows.boolean(row, 11),
                     .may_truncate = rows.boolean(row, 12),
                     .has_strict_domain = rows.boolean(row, 13),
                     .policies = {},
                     .open_partitions = {}};
    if (rows.is_null(row, 3)) {
      found.tables.emplace(name, std::move(table));
      continue;
    }
    const bool is_reachable =
        table.may_select || table.may_insert || table.may_update || table.may_delete || table.may_truncate;
    if (is_reachable && !table.is_enabled) {
      open_partitions.emplace_back(TableName{rows.text(row, 2), rows.text(row, 3)}, name.str());
    }
  }
  for (auto& [root, partition] : open_partitions) found.tables[root].open_partitions.push_back(std::move(partition));
}

void read_policies(pg::Connection& connection, const std::string& role, Protections& found) {
  const auto rows = connection.exec(sql::kListPolicies, pg::Params(role));
  for (int row = 0; row < rows.rows(); ++row) {
    const auto table = found.tables.find({rows.text(row, 0), rows.text(row, 1)});
    if (table == found.tables.end()) continue;  // of a partition
    table->second.policies.push_back({.name = rows.text(row, 2),
                                      .command = command_from(rows.text(row, 3)),
                                      .is_permissive = rows.boolean(row, 4),
                                      .use = rows.optional_text(row, 5),
                                      .check = rows.optional_text(row, 6),
                                      .functions = rows.text(row, 7)});
  }
}

void read_views(pg::Connection& connection, const std::string& role, Protections& found) {
  const auto rows = connection.exec(sql::kListReadableViews, pg::Params(role));
  for (int row = 0; row < rows.rows(); ++row) {
    const TableName name{rows.text(row, 0), rows.text(row, 1)};
    if (found.views.empty() || found.views.back().name != name) {
      found.views.push_back({.name = name, .is_materialized = rows.boolean(row, 2), .reads = {}});
    }
    found.views.back().reads.push_back({rows.text(row, 3), rows.text(row, 4)});
  }
}

}  // namespace

bool Protection::may(PolicyCommand command) const {
  switch (command) {
    case PolicyCommand::select:
      return may_select;
    case PolicyCommand::insert:
      return may_insert;
    case PolicyCommand::update:
      return may_update;
    case PolicyCommand::remove:
      return may_delete;
    case PolicyCommand::all:
      break;
  }
  return may_select || may_insert || may_update || may_delete;
}

Protections read_protections(pg::Connection& connection, const std::string& role, const std::string& setting) {
  Protections found;
  found.role = read_role(connection, role);
  if (!found.role) return found;
  read_tables(connection, role, found);
  read_policies(connection, role, found);
  read_views(connection, role, found);
  const auto values = connection.exec(sql::kListSettingValues, pg::Params(setting, role));
  for (int row = 0; row < values.rows(); ++row) found.setting_values.push_back(values.text(row, 0));
  return found;
}

}  // namespace tenure::row_security
