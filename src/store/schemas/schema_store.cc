#include "store/schemas/schema_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/registry.h"
#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"
#include "store/postgres/receipts.h"
#include "store/postgres/restoration.h"
#include "store/postgres/transaction_settings.h"
#include "store/schemas/schema_erasure.h"
#include "store/schemas/schema_preview.h"
#include "store/schemas/schema_restoration.h"

namespace tenure::store {
namespace {

void add(Counts& counts, const Counts& more) {
  for (const auto& [table, count] : more) counts[table] += count;
}

/// The order for the shared tables, with a receipt of its own.
EraseRequest shared_order(EraseRequest request) {
  if (!request.idempotency_key.empty()) request.idempotency_key += "/shared";
  return request;
}

}  // namespace

SchemaStore::SchemaStore(SchemaStoreSettings settings, std::unique_ptr<PostgresStore> shared)
    : settings_(std::move(settings)), shared_(std::move(shared)), pool_(settings_.connection, settings_.connections) {}

std::string SchemaStore::shared_label(const std::string& label) const {
  const auto& shared = settings_.rules.schemas;
  const auto is_named = [&](const std::string& schema) { return label.starts_with(schema + "."); };
  return std::any_of(shared.begin(), shared.end(), is_named) ? label : shared.front() + "." + label;
}

Counts SchemaStore::shared_labels(const Counts& counts) const {
  Counts labelled;
  for (const auto& [table, count] : counts) labelled[shared_label(table)] += count;
  return labelled;
}

const TenantId& SchemaStore::tenant_of(const Subject& subject) const {
  if (const auto* tenant = std::get_if<TenantId>(&subject)) return *tenant;
  throw Error(ErrorCode::refused,
              fmt::format("{}: what a user has in the schemas of tenants is not found; where that is nothing, "
                          "`isolation.users: none` says so",
                          settings_.service));
}

Preview SchemaStore::preview(const Subject& subject, const Call& call) {
  if (kind_of(subject) == SubjectKind::user && settings_.rules.isolation.has_no_users) {
    return shared_->preview(subject, call);
  }
  const auto& tenant = tenant_of(subject);
  const auto shared = shared_->preview(subject, call);
  auto own = read_contents(pool_, tenant, call);
  Preview preview{.data_counts = shared_labels(shared.data_counts),
                  .changed_counts = shared_labels(shared.changed_counts),
                  .kept_counts = shared_labels(shared.kept_counts),
                  .outside_rows = shared.outside_rows,
                  .plan_digest = Digest().add(shared.plan_digest).add(own.digest).hex()};
  for (const auto& [table, reason] : shared.kept_reasons) preview.kept_reasons[shared_label(table)] = reason;
  add(preview.data_counts, own.rows);
  return preview;
}

std::unique_ptr<RowArchive> SchemaStore::make_archive(const EraseRequest& request) const {
  if (!request.archive_key) return nullptr;
  if (!request.job) throw Error(ErrorCode::invalid_argument, "archive_key: an archive belongs to a job");
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can go into it");
  return std::make_unique<RowArchive>(
      *settings_.vault, archive::Label{.job = *request.job, .service = settings_.service, .subject = request.subject},
      *request.archive_key);
}

/// What would be refused of the schema is, before the tenant's rows elsewhere go.
void SchemaStore::require_erasable(pg::Connection& connection, const TenantId& tenant, bool is_archived) const {
  const auto schema = schemas::find_tenant_schema(connection, tenant);
  if (!schema || schema->is_dropping) return;
  schemas::refuse_dependents(connection, schema->name);
  if (is_archived) schemas::StructureScript::require_makeable(connection, schema->name);
}

Erasure SchemaStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  if (kind_of(request.subject) == SubjectKind::user && settings_.rules.isolation.has_no_users) {
    return shared_->erase(request, call, progress);
  }
  const auto& tenant = tenant_of(request.subject);
  auto connection = pool_.take(call);
  install_service_schema(*connection);
  schemas::install_registry(*connection);
  const auto archive = make_archive(request);
  require_erasable(*connection, tenant, archive != nullptr);
  const auto told = [&](const Counts& counts) {
    if (progress) progress(shared_labels(counts));
  };
  const auto shared = shared_->erase(shared_order(request), call, told);
  const SchemaOrder order{
      .request = request,
      .tenant = tenant,
      .service = settings_.service,
      .receipt_key = request.idempotency_key.empty() ? "direct/" + Uuid::random().str() : request.idempotency_key,
      .shared_counts = shared_labels(shared.deleted_counts),
      .shared_changes = shared_labels(shared.changed_counts),
      .archive = archive.get(),
      .progress = progress};
  return SchemaErasure(*connection, order).run(call);
}

Residue SchemaStore::verify(const Subject& subject, const Call& call) {
  auto residue = shared_->verify(subject, call);
  residue.rows_left = shared_labels(residue.rows_left);
  residue.orphans = shared_labels(residue.orphans);
  const auto* tenant = std::get_if<TenantId>(&subject);
  if (tenant == nullptr) return residue;
  const auto own = read_contents(pool_, *tenant, call);
  for (const auto& [table, count] : own.rows) {
    if (count > 0) residue.rows_left[table] += count;
  }
  auto connection = pool_.take(call);
  for (const auto& schema : schemas::find_marked_schemas(*connection, *tenant)) {
    residue.rows_left["schema " + schema] =
        std::max<std::int64_t>(1, std::ssize(schemas::schema_tables(*connection, schema)));
  }
  return residue;
}

void SchemaStore::finish_erasure(pg::Connection& connection, const RestoreRequest& request, const Call& call) {
  const auto& tenant = tenant_of(request.subject);
  const auto schema = schemas::find_tenant_schema(connection, tenant);
  if (!schema || !schema->is_dropping) return;
  const EraseRequest erase{.subject = request.subject,
                           .idempotency_key = {},
                           .job = request.job,
                           .epoch = request.epoch,
                           .archive_key = request.archive_key};
  const auto archive = make_archive(erase);
  SchemaErasure(connection, {.request = erase,
                             .tenant = tenant,
                             .service = settings_.service,
                             .receipt_key = "restore/" + request.job.str(),
                             .archive = archive.get(),
                             .progress = {},
                             .leaves_receipt = false})
      .run(call);
}

Restoration SchemaStore::restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) {
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can come back");
  if (kind_of(request.subject) == SubjectKind::user) return shared_->restore(request, call, progress);
  auto connection = pool_.take(call);
  install_service_schema(*connection);
  schemas::install_registry(*connection);
  close_to_erasures(*connection, request, call);
  finish_erasure(*connection, request, call);
  auto restoration =
      restore_schema(*connection, request, *settings_.vault,
                     {.job = request.job, .service = settings_.service, .subject = request.subject}, call, progress);
  const auto shared = shared_->restore(request, call, progress);
  add(restoration.restored_counts, shared_labels(shared.restored_counts));
  add(restoration.reverted_counts, shared_labels(shared.reverted_counts));
  restoration.is_replay = restoration.is_replay && shared.is_replay;
  return restoration;
}

}  // namespace tenure::store
