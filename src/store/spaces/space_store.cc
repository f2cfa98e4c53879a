#include "store/spaces/space_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "schemas/registry.h"
#include "store/postgres/receipts.h"
#include "store/postgres/restoration.h"

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

SpaceStore::SpaceStore(SpaceStoreSettings settings, std::unique_ptr<TenantSpaces> spaces,
                       std::unique_ptr<PostgresStore> shared)
    : settings_(std::move(settings)), spaces_(std::move(spaces)), shared_(std::move(shared)) {}

void SpaceStore::install(const Call& call) {
  auto connection = spaces_->service().take(call);
  install_service_schema(*connection);
  schemas::install_registry(*connection);
}

std::string SpaceStore::shared_label(const std::string& label) const {
  const auto& shared = settings_.rules.schemas;
  const auto is_named = [&](const std::string& schema) { return label.starts_with(schema + "."); };
  return std::any_of(shared.begin(), shared.end(), is_named) ? label : shared.front() + "." + label;
}

template <class What>
std::map<std::string, What> SpaceStore::shared_labels(const std::map<std::string, What>& by_table) const {
  std::map<std::string, What> labelled;
  for (const auto& [table, what] : by_table) labelled[shared_label(table)] += what;
  return labelled;
}

const TenantId& SpaceStore::tenant_of(const Subject& subject) const {
  if (const auto* tenant = std::get_if<TenantId>(&subject)) return *tenant;
  throw Error(ErrorCode::refused,
              fmt::format("{}: what a user has in the tenants' own tables is not found; where that is nothing, "
                          "`isolation.users: none` says so",
                          settings_.service));
}

Preview SpaceStore::preview(const Subject& subject, const Call& call) {
  if (kind_of(subject) == SubjectKind::user && settings_.rules.isolation.has_no_users) {
    return shared_->preview(subject, call);
  }
  const auto& tenant = tenant_of(subject);
  const auto shared = shared_->preview(subject, call);
  const auto own = spaces_->contents(tenant, call);
  Preview preview{.data_counts = shared_labels(shared.data_counts),
                  .changed_counts = shared_labels(shared.changed_counts),
                  .kept_counts = shared_labels(shared.kept_counts),
                  .outside_rows = shared.outside_rows,
                  .plan_digest = Digest().add(shared.plan_digest).add(own.digest).hex()};
  preview.kept_reasons = shared_labels(shared.kept_reasons);
  add(preview.data_counts, own.rows);
  return preview;
}

std::unique_ptr<RowArchive> SpaceStore::make_archive(const EraseRequest& request) const {
  if (!request.archive_key) return nullptr;
  if (!request.job) throw Error(ErrorCode::invalid_argument, "archive_key: an archive belongs to a job");
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can go into it");
  return std::make_unique<RowArchive>(
      *settings_.vault, archive::Label{.job = *request.job, .service = settings_.service, .subject = request.subject},
      *request.archive_key);
}

Erasure SpaceStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  if (kind_of(request.subject) == SubjectKind::user && settings_.rules.isolation.has_no_users) {
    return shared_->erase(request, call, progress);
  }
  const auto& tenant = tenant_of(request.subject);
  install(call);
  const auto archive = make_archive(request);
  spaces_->require_erasable(tenant, archive != nullptr, call);
  const auto told = [&](const Counts& counts) {
    if (progress) progress(shared_labels(counts));
  };
  const auto shared = shared_->erase(shared_order(request), call, told);
  const SpaceOrder order{
      .request = request,
      .tenant = tenant,
      .service = settings_.service,
      .receipt_key = request.idempotency_key.empty() ? "direct/" + Uuid::random().str() : request.idempotency_key,
      .shared_counts = shared_labels(shared.deleted_counts),
      .shared_changes = shared_labels(shared.changed_counts),
      .archive = archive.get(),
      .progress = progress};
  return spaces_->erase(order, call);
}

Residue SpaceStore::verify(const Subject& subject, const Call& call) {
  auto residue = shared_->verify(subject, call);
  residue.rows_left = shared_labels(residue.rows_left);
  residue.orphans = shared_labels(residue.orphans);
  residue.kept_counts = shared_labels(residue.kept_counts);
  residue.kept_reasons = shared_labels(residue.kept_reasons);
  const auto* tenant = std::get_if<TenantId>(&subject);
  if (tenant == nullptr) return residue;
  const auto own = spaces_->contents(*tenant, call);
  for (const auto& [table, count] : own.rows) {
    if (count > 0) residue.rows_left[table] += count;
  }
  add(residue.rows_left, spaces_->marked(*tenant, call));
  return residue;
}

void SpaceStore::finish_erasure(const RestoreRequest& request, const Call& call) {
  const auto& tenant = tenant_of(request.subject);
  if (!spaces_->is_half_erased(tenant, call)) return;
  const EraseRequest erase{.subject = request.subject,
                           .idempotency_key = {},
                           .job = request.job,
                           .epoch = request.epoch,
                           .archive_key = request.archive_key};
  const auto archive = make_archive(erase);
  spaces_->erase({.request = erase,
                  .tenant = tenant,
                  .service = settings_.service,
                  .receipt_key = "restore/" + request.job.str(),
                  .shared_counts = {},
                  .shared_changes = {},
                  .archive = archive.get(),
                  .progress = {},
                  .leaves_receipt = false},
                 call);
}

Restoration SpaceStore::restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) {
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can come back");
  if (kind_of(request.subject) == SubjectKind::user) return shared_->restore(request, call, progress);
  install(call);
  close_to_erasures(*spaces_->service().take(call), request, call);
  finish_erasure(request, call);
  auto restoration =
      spaces_->restore(request, *settings_.vault,
                       {.job = request.job, .service = settings_.service, .subject = request.subject}, call, progress);
  const auto shared = shared_->restore(request, call, progress);
  add(restoration.restored_counts, shared_labels(shared.restored_counts));
  add(restoration.reverted_counts, shared_labels(shared.reverted_counts));
  restoration.is_replay = restoration.is_replay && shared.is_replay;
  return restoration;
}

}  // namespace tenure::store
