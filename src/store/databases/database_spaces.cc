#include "store/databases/database_spaces.h"

#include "base/digest.h"
#include "pg/transaction.h"
#include "schemas/databases/tenant_databases.h"
#include "schemas/registry.h"
#include "schemas/structure/structure_script.h"
#include "store/databases/database_erasure.h"
#include "store/databases/database_restoration.h"
#include "store/postgres/transaction_settings.h"
#include "store/spaces/space_counts.h"

namespace tenure::store {
namespace {

// One for the instant, one to share it with where the tables are many.
constexpr std::size_t kCounting = 2;

std::optional<schemas::TenantDatabase> look(pg::Pool& pool, const TenantId& tenant, const Call& call) {
  auto connection = pool.take(call);
  if (!schemas::has_registry(*connection)) return std::nullopt;
  return schemas::find_tenant_database(*connection, tenant);
}

}  // namespace

Counts no_rows_like(pg::Connection& service, const pg::ConnectionSettings& settings, const std::string& reference,
                    const Call& call) {
  if (!schemas::admits_connections(service, reference)) return {};
  auto connection = pg::Connection::open(schemas::in_database(settings, reference), call);
  connection.bind(call);
  return zeros_of(connection, schemas::kHomeSchema);
}

SpaceContents DatabaseSpaces::contents(const TenantId& tenant, const Call& call) {
  const auto database = look(pool_, tenant, call);
  const bool is_its_own = database && database->state != schemas::DatabaseState::making;
  if (is_its_own && !database->is_at_work) schemas::require_marked(*database);
  const auto place = is_its_own ? database->place() : std::nullopt;
  if (!place) {
    return {.rows = no_rows_like(*pool_.take(call), pool_.settings(), reference_, call), .digest = {}};
  }
  pg::Pool inside(schemas::in_database(pool_.settings(), *place), kCounting);
  auto connection = inside.take(call);
  const pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  limit_transaction(*connection, call);
  auto contents = count_schema(*connection, inside, schemas::kHomeSchema, call);
  contents.digest = Digest().add(database->name).add(contents.digest).hex();
  return contents;
}

void DatabaseSpaces::require_erasable(const TenantId& tenant, bool is_archived, const Call& call) {
  const auto database = look(pool_, tenant, call);
  if (!database || database->state != schemas::DatabaseState::live) return;
  schemas::require_marked(*database);
  if (!database->is_there) return;
  auto connection = pg::Connection::open(schemas::in_database(pool_.settings(), database->name), call);
  connection.bind(call);
  const pg::Transaction transaction(connection, pg::Snapshot::fixed);
  schemas::require_home_schema_only(connection);
  if (is_archived) schemas::StructureScript::require_makeable(connection, schemas::kHomeSchema);
}

Erasure DatabaseSpaces::erase(const SpaceOrder& order, const Call& call) {
  return DatabaseErasure(pool_, reference_, order).run(call);
}

bool DatabaseSpaces::is_half_erased(const TenantId& tenant, const Call& call) {
  const auto database = look(pool_, tenant, call);
  return database && database->state == schemas::DatabaseState::dropping;
}

Counts DatabaseSpaces::marked(const TenantId& tenant, const Call& call) {
  auto connection = pool_.take(call);
  Counts counts;
  for (const auto& name : schemas::find_marked_databases(*connection, tenant)) counts["database " + name] = 1;
  return counts;
}

Restoration DatabaseSpaces::restore(const RestoreRequest& request, const archive::Vault& vault,
                                    const archive::Label& label, const Call& call, const ProgressSink& progress) {
  return DatabaseRestoration(pool_, reference_, {request, vault, label, progress}).run(call);
}

}  // namespace tenure::store
