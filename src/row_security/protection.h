#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "pg/connection.h"

namespace tenure::row_security {

/// The application's role.
struct RoleFacts {
  bool is_superuser = false;
  bool bypasses = false;
  std::vector<std::string> can_become;  ///< roles for which no policy counts
  bool is_available = false;            ///< to this session, by SET ROLE
};

/// What a policy is for: one command, or all.
enum class PolicyCommand { all, select, insert, update, remove };

/// One that counts for the role. Expressions are as the server prints them.
struct Policy {
  std::string name;
  PolicyCommand command = PolicyCommand::all;
  bool is_permissive = true;
  std::optional<std::string> use;    ///< USING
  std::optional<std::string> check;  ///< WITH CHECK
  std::string functions;             ///< the source of what they call

  bool is_for(PolicyCommand one) const { return command == PolicyCommand::all || command == one; }
};

/// What row-level security does on one table, for the role.
struct Protection {
  bool is_enabled = false;
  bool is_forced = false;
  std::string owner;
  bool role_owns = false;  ///< itself, or as a member of the owner
  bool may_select = false;
  bool may_insert = false;
  bool may_update = false;
  bool may_delete = false;
  bool may_truncate = false;
  bool has_strict_domain = false;  ///< a column's type itself refuses values, before any policy is asked
  std::vector<Policy> policies;
  std::vector<std::string> open_partitions;  ///< those that the role may touch themselves, and that have no policies

  bool may(PolicyCommand command) const;
};

/// A view that the role may read and that reads with its owner's rights.
struct OpenView {
  catalog::TableName name;
  bool is_materialized = false;
  std::vector<catalog::TableName> reads;
};

/// All that the catalog says of one database's row-level security.
struct Protections {
  std::optional<RoleFacts> role;  ///< nothing when there is none
  std::map<catalog::TableName, Protection> tables;
  std::vector<OpenView> views;
  std::vector<std::string> setting_values;  ///< where sessions get a value of the setting from: "ALTER ROLE"
};

/// Reads them with four statements. Without the role, only that there is none.
Protections read_protections(pg::Connection& connection, const std::string& role, const std::string& setting);

}  // namespace tenure::row_security
