#include "schemas/migrations/surveyor.h"

#include <fmt/format.h>

namespace tenure::schemas {
namespace {

Survey unrecorded(const MigrationSet& migrations, SchemaKind kind, const std::string& name) {
  Survey survey{.total = 1};
  if (!migrations.empty()) survey.behind.push_back({.kind = kind, .name = name});
  return survey;
}

}  // namespace

MigrationPlan Surveyor::plan() const {
  if (!has_registry(connection_)) return plan_for_new_database();
  return {.shared = shared(), .tenant = tenant()};
}

Survey Surveyor::shared() const {
  if (!wants_shared()) return {};
  return with_new(survey(connection_, settings_.shared, Scope::shared), settings_.shared, SchemaKind::shared,
                  settings_.shared_schema);
}

Survey Surveyor::tenant() const {
  if (!wants_tenants()) return {};
  auto found = survey(connection_, settings_.tenant, Scope::tenant, options_.schema);
  if (!options_.schema) {
    return with_new(std::move(found), settings_.tenant, SchemaKind::reference, settings_.isolation.reference);
  }
  if (found.total == 0) throw unknown_schema();
  return found;
}

// Before the registry is there nothing is recorded, and everything is to be done.
MigrationPlan Surveyor::plan_for_new_database() const {
  if (options_.schema) throw unknown_schema();
  MigrationPlan plan;
  if (wants_shared()) plan.shared = unrecorded(settings_.shared, SchemaKind::shared, settings_.shared_schema);
  if (wants_tenants()) {
    plan.tenant = unrecorded(settings_.tenant, SchemaKind::reference, settings_.isolation.reference);
  }
  return plan;
}

Survey Surveyor::with_new(Survey found, const MigrationSet& migrations, SchemaKind kind,
                          const std::string& name) const {
  if (find_schema(connection_, kind)) return found;
  auto first = unrecorded(migrations, kind, name);
  found.total += first.total;
  found.behind.insert(found.behind.begin(), first.behind.begin(), first.behind.end());
  return found;
}

Error Surveyor::unknown_schema() const {
  return Error(ErrorCode::not_found,
               fmt::format("schema: {} is none of the service {}'s", *options_.schema, settings_.service));
}

}  // namespace tenure::schemas
