#include "schemas/provision/provisioner.h"

#include <fmt/format.h>

#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "schemas/provision/schema_name.h"
#include "schemas/schema_record.h"
#include "schemas/sql.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"

namespace tenure::schemas {
namespace {

constexpr const char* kLockTimeout = "10s";
constexpr std::size_t kDigits = 8;

struct Reference {
  std::int64_t id = 0;
  std::string name;
  int version = 0;
  std::string history;
};

Reference lock_reference(pg::Connection& connection) {
  const auto rows = connection.exec(sql::kLockReference, pg::Params(kLockTimeout));
  if (rows.empty()) {
    throw Error(ErrorCode::refused,
                "there is no schema yet that a tenant's could be made like; `tenure migrate` makes it");
  }
  Reference reference{.id = rows.int64(0, 0),
                      .name = rows.text(0, 1),
                      .version = static_cast<int>(rows.int64(0, 2)),
                      .history = rows.text(0, 3)};
  if (rows.boolean(0, 4)) {
    throw Error(ErrorCode::conflict,
                fmt::format("a migration of {} is half done; `tenure migrate` finishes it", reference.name),
                Retry::later);
  }
  if (reference.version == 0) {
    throw Error(ErrorCode::refused, fmt::format("no migration is applied to {}; run `tenure migrate`", reference.name));
  }
  return reference;
}

void rename(pg::Connection& connection, const std::string& from, const std::string& to) {
  pg::SqlBuilder statement;
  statement << "ALTER SCHEMA " << pg::Identifier(from) << " RENAME TO " << pg::Identifier(to);
  connection.exec(statement.build());
}

Error unknown_schema(const std::string& name) {
  return Error(ErrorCode::conflict,
               fmt::format("the schema {} is in the database, and the registry does not know it", name));
}

/// Runs what makes a schema of this name. Somebody may have made one without Tenure.
template <class Make>
void making(const std::string& name, Make&& make) {
  try {
    make();
  } catch (const Error& error) {
    if (error.sqlstate() == pg::kDuplicateSchema) throw unknown_schema(name);
    throw;
  }
}

std::optional<SchemaRecord> find_of_tenant(pg::Connection& connection, const NewSchema& wanted) {
  const auto found = find_schema_of(connection, wanted.tenant);
  if (found && (found->kind == SchemaKind::super_tenant) != wanted.is_super) {
    throw Error(ErrorCode::conflict, "the tenant has a schema of another kind");
  }
  return found;
}

/// Takes one that waits; nothing when none does, or the name is taken meanwhile.
std::optional<Provisioned> take_ready(pg::Connection& connection, const Reference& reference, const NewSchema& wanted,
                                      const std::string& name) {
  if (wanted.is_super) return std::nullopt;
  const auto taken =
      connection.exec(sql::kTakeReady, pg::Params(wanted.tenant, wanted.tenant_name, name, reference.history));
  if (taken.empty()) return std::nullopt;
  making(name, [&] { rename(connection, taken.text(0, 1), name); });
  return Provisioned{.schema = {.id = taken.int64(0, 0),
                                .kind = SchemaKind::tenant,
                                .name = name,
                                .tenant = wanted.tenant,
                                .version = static_cast<int>(taken.int64(0, 2)),
                                .history = reference.history},
                     .is_new = true,
                     .was_ready = true};
}

/// The new schema's id. `make` makes the schema itself.
std::int64_t make_like(pg::Connection& connection, const Reference& reference, SchemaKind kind, const std::string& name,
                       const std::optional<TenantId>& tenant, const std::optional<std::string>& tenant_name,
                       const std::function<void()>& make) {
  const auto added =
      connection.exec(sql::kAddSchema, pg::Params(to_string(kind), name, tenant, tenant_name, std::string("live")));
  if (added.empty()) {
    throw Error(ErrorCode::conflict, fmt::format("the schema {} was given to somebody else meanwhile", name),
                Retry::later);
  }
  making(name, make);
  connection.exec(sql::kRecordAsReference, pg::Params(added.int64(0, 0), reference.id));
  return added.int64(0, 0);
}

SchemaRecord make_for(pg::Connection& connection, const Reference& reference, const NewSchema& wanted,
                      const std::string& name, const std::function<void()>& make) {
  const auto kind = wanted.is_super ? SchemaKind::super_tenant : SchemaKind::tenant;
  return {.id = make_like(connection, reference, kind, name, wanted.tenant, wanted.tenant_name, make),
          .kind = kind,
          .name = name,
          .tenant = wanted.tenant,
          .version = reference.version,
          .history = reference.history};
}

std::map<std::string, std::int64_t> rows_by_table(pg::Connection& connection, const std::string& schema) {
  const auto tables = schema_tables(connection, schema);
  const auto counts = count_rows(connection, schema, tables);
  std::map<std::string, std::int64_t> rows;
  for (std::size_t at = 0; at < tables.size(); ++at) rows[tables[at].name] = counts[at];
  return rows;
}

/// Those that migrations have put there.
std::map<std::string, std::int64_t> rows_of_new_schema(pg::Connection& connection) {
  const auto reference = find_schema(connection, SchemaKind::reference);
  return reference ? rows_by_table(connection, reference->name) : std::map<std::string, std::int64_t>();
}

}  // namespace

std::string Provisioner::name_for(pg::Connection& connection, const NewSchema& wanted) const {
  if (wanted.is_super) return std::string(kSuperTenantSchema);
  auto name = schema_name_for(isolation_.prefix, wanted.typed, isolation_.reference);
  if (connection.exec(sql::kFindSchema, pg::Params(name)).empty()) return name;
  return told_apart(name, wanted.tenant.str());
}

Provisioned Provisioner::provision(const NewSchema& wanted, const Call& call) {
  auto session = sessions_.take(call);
  auto& connection = *session;
  install_registry(connection);
  if (auto found = find_of_tenant(connection, wanted)) return {.schema = *std::move(found)};
  pg::Transaction transaction(connection);
  const auto reference = lock_reference(connection);
  // Of two calls for one tenant the second finds what the first has made.
  lock_tenant(connection, wanted.tenant);
  if (auto found = find_of_tenant(connection, wanted)) return {.schema = *std::move(found)};
  const auto name = name_for(connection, wanted);
  auto made = take_ready(connection, reference, wanted, name);
  if (!made) {
    const auto script = StructureScript::read(connection, reference.name, StructureScript::Rows::copied);
    made = Provisioned{.schema = make_for(connection, reference, wanted, name,
                                          [&] { connection.run_script(script.for_schema(name)); }),
                       .is_new = true};
  }
  mark_schema(connection, name, wanted.tenant);
  transaction.commit();
  return *std::move(made);
}

SchemaRecord Provisioner::provision_filled(pg::Connection& connection, const NewSchema& wanted,
                                           const std::string& closed, const Filling& fill) const {
  lock_tenant(connection, wanted.tenant);
  const auto reference = lock_reference(connection);
  if (const auto there = lock_tenant_schema(connection, wanted.tenant)) {
    if (there->is_dropping || there->name != closed ||
        rows_by_table(connection, there->name) != rows_of_new_schema(connection)) {
      throw Error(ErrorCode::conflict,
                  fmt::format("the tenant has the schema {} already, which is in use", there->name));
    }
    finish_dropping(connection, *there);
  }
  const auto name = name_for(connection, wanted);
  const auto script = StructureScript::read(connection, reference.name, StructureScript::Rows::later);
  auto made = make_for(connection, reference, wanted, name, [&] {
    connection.run_script(script.before_rows(name));
    fill(connection, name, reference.name);
    connection.run_script(script.after_rows(name));
  });
  mark_schema(connection, name, wanted.tenant);
  return made;
}

std::optional<Place> Provisioner::place_of(const TenantId& tenant, const Call& call) {
  auto session = sessions_.take(call);
  auto& connection = *session;
  const auto found = has_registry(connection) ? find_schema_of(connection, tenant) : std::nullopt;
  if (!found) return std::nullopt;
  return Place{.database = connection.exec(sql::kNameDatabase).text(0, 0), .schema = found->name};
}

int Provisioner::fill_pool(const Call& call) {
  if (isolation_.ready == 0) return 0;
  auto session = sessions_.take(call);
  auto& connection = *session;
  install_registry(connection);
  // One a transaction: each is there for a tenant as soon as it is made.
  for (int made = 0;; ++made) {
    pg::Transaction transaction(connection);
    transaction.exec(sql::kLockPool);
    const auto reference = lock_reference(connection);
    if (transaction.exec(sql::kCountReady, pg::Params(reference.history)).int64(0, 0) >= isolation_.ready) return made;
    const auto script = StructureScript::read(connection, reference.name, StructureScript::Rows::copied);
    if (script.names_its_schema()) return made;
    const auto name = fmt::format("{}{}", kReadyPrefix, Uuid::random().str().substr(0, kDigits));
    make_like(connection, reference, SchemaKind::ready, name, std::nullopt, std::nullopt,
              [&] { connection.run_script(script.for_schema(name)); });
    transaction.commit();
  }
}

void Provisioner::take_back(const TenantId& tenant, const Call& call) {
  auto session = sessions_.take(call);
  auto& connection = *session;
  if (!has_registry(connection)) return;
  pg::Transaction transaction(connection);
  const auto schema = lock_tenant_schema(connection, tenant);
  if (!schema || schema->is_dropping) return;
  // What is written from here on would go unseen.
  close_tables(connection, schema->name, schema_tables(connection, schema->name));
  if (rows_by_table(connection, schema->name) != rows_of_new_schema(connection)) return;
  finish_dropping(connection, *schema);
  transaction.commit();
}

}  // namespace tenure::schemas
