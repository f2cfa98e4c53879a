#include "store/schemas/schema_spaces.h"

#include <algorithm>

#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"
#include "store/schemas/schema_erasure.h"
#include "store/schemas/schema_preview.h"
#include "store/schemas/schema_restoration.h"

namespace tenure::store {

SpaceContents SchemaSpaces::contents(const TenantId& tenant, const Call& call) {
  return read_contents(pool_, tenant, call);
}

void SchemaSpaces::require_erasable(const TenantId& tenant, bool is_archived, const Call& call) {
  auto connection = pool_.take(call);
  const auto schema = schemas::find_tenant_schema(*connection, tenant);
  if (!schema || schema->is_dropping) return;
  schemas::refuse_dependents(*connection, schema->name);
  if (is_archived) schemas::StructureScript::require_makeable(*connection, schema->name);
}

Erasure SchemaSpaces::erase(const SpaceOrder& order, const Call& call) {
  auto connection = pool_.take(call);
  return SchemaErasure(*connection, order).run(call);
}

bool SchemaSpaces::is_half_erased(const TenantId& tenant, const Call& call) {
  const auto schema = schemas::find_tenant_schema(*pool_.take(call), tenant);
  return schema && schema->is_dropping;
}

Counts SchemaSpaces::marked(const TenantId& tenant, const Call& call) {
  auto connection = pool_.take(call);
  Counts counts;
  for (const auto& schema : schemas::find_marked_schemas(*connection, tenant)) {
    counts["schema " + schema] = std::max<std::int64_t>(1, std::ssize(schemas::schema_tables(*connection, schema)));
  }
  return counts;
}

Restoration SchemaSpaces::restore(const RestoreRequest& request, const archive::Vault& vault,
                                  const archive::Label& label, const Call& call, const ProgressSink& progress) {
  auto connection = pool_.take(call);
  return restore_schema(*connection, request, vault, label, call, progress);
}

}  // namespace tenure::store
