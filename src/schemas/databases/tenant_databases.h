#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/ids.h"
#include "pg/connection.h"
#include "pg/settings.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// Where a tenant's tables are in a database of its own.
inline constexpr const char* kHomeSchema = "public";

/// How the service's role reaches another database of the same server.
pg::ConnectionSettings in_database(const pg::ConnectionSettings& service, const std::string& name);

/// making: not yet the tenant's, and to be made anew whenever its turn is free. dropping: on its way out, in the end
/// gone.
enum class DatabaseState { making, live, dropping };

/// A tenant's database, as the service's registry has it and as the server has it.
struct TenantDatabase {
  std::int64_t id = 0;  ///< of its record
  SchemaKind kind = SchemaKind::tenant;
  std::string name;  ///< as the tenant knows it
  DatabaseState state = DatabaseState::live;
  std::string work_name;     ///< what it is called while it is made, or dropped: no other database ever is
  bool is_there = false;     ///< under its name, and with the tenant's mark
  bool is_unmarked = false;  ///< a database of its name is there that does not say whose it is
  bool is_at_work = false;   ///< under its work name
  std::string archived_by;   ///< the job into whose archive it went, while it is dropped; empty: none so far
  std::optional<std::string> place() const;  ///< what the server calls it now; nothing where it is not there
};

/// @throws Error(refused) where nothing says whether the database of that name is the tenant's: its comment is lost, as
/// after a dump was restored into it or the service's own database got another name.
void require_marked(const TenantDatabase& database);
/// Nothing when the registry has none. Of a service whose registry is there.
std::optional<TenantDatabase> find_tenant_database(pg::Connection& connection, const TenantId& tenant);
/// The same, locked for the transaction that is open.
std::optional<TenantDatabase> lock_tenant_database(pg::Connection& connection, const TenantId& tenant);
/// Also those that the registry does not know, by their mark.
std::vector<std::string> find_marked_databases(pg::Connection& connection, const TenantId& tenant);
bool has_database(pg::Connection& connection, const std::string& name);
/// Whether it is there and can be connected to.
bool admits_connections(pg::Connection& connection, const std::string& name);

/// Makes what is `making` as a copy of `like`, under its work name and with the tenant's mark, so that it is found
/// whatever becomes of its record. For no transaction. @throws Error(conflict, later) while somebody is connected to
/// `like`, or when the record was cleared away meanwhile; Error(refused) when the role may not make databases, or
/// `like` is not there.
void create_database(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant,
                     const std::string& like);
/// For no transaction. Ends the sessions in it. Nothing when there is none.
void drop_database(pg::Connection& connection, const std::string& name);

/// From here on nobody connects to it. In the transaction that is open.
void begin_dropping(pg::Connection& connection, const TenantDatabase& database);
/// Ends the sessions in it and gives it its work name, under which it can be connected to. In the
/// transaction that is open, which holds the record: whoever comes late takes nobody's database away.
/// @throws Error(refused) when the role may not end somebody's session; Error(conflict, later) when one does not end.
void take_away(pg::Connection& connection, const TenantDatabase& database);
/// Says at the database that its rows are in the job's archive. In the transaction that is open.
void mark_archived(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant,
                   const JobId& job);
/// What was made becomes the tenant's. In the transaction that is open. @throws Error(conflict) when the name is taken.
void go_live(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant);
/// Back to what is still being made: a database that nobody uses yet. In the transaction that is open.
void back_to_making(pg::Connection& connection, const TenantDatabase& database);
/// Removes what was being made, and its record. For no transaction. Where it has become the tenant's meanwhile nothing
/// goes: a live database has another name, and its record another state.
void discard(pg::Connection& connection, const TenantDatabase& database);

/// Removes the record of a database that is gone. In the transaction that is open.
void forget_database(pg::Connection& connection, const TenantDatabase& database);
/// The record as JSON, and back, as one that is `making`. In the transaction that is open. @throws Error(conflict) when
/// its name or its tenant has another database now.
std::string read_database_record(pg::Connection& connection, const TenantDatabase& database);
TenantDatabase restore_database_record(pg::Connection& connection, const TenantId& tenant, const std::string& record);
/// Drops schema `public` with all that it holds, for what is made from a script; afterwards own_home_schema() gives it
/// the owner back that it had.
std::string drop_home_schema(pg::Connection& connection);
void own_home_schema(pg::Connection& connection, const std::string& owner);

/// @throws Error(refused) naming what a database holds beside schema `public` that would not be archived: other
/// schemas, unless they hold extensions only; large objects, event triggers, publications, foreign servers.
void require_home_schema_only(pg::Connection& connection);

}  // namespace tenure::schemas
