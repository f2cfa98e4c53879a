#include "store/postgres/postgres_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pg/transaction.h"
#include "plan/planner.h"
#include "store/postgres/chunked_erasure.h"
#include "store/postgres/erasure_transaction.h"
#include "store/postgres/outside_rows.h"
#include "store/postgres/pending_files.h"
#include "store/postgres/plan_sql.h"
#include "store/postgres/prepared.h"
#include "store/postgres/receipts.h"
#include "store/postgres/restoration.h"
#include "store/postgres/transaction_settings.h"

namespace tenure::store {
namespace {

// How often an erasure starts over because other sessions wrote rows of the subject meanwhile.
constexpr int kTries = 3;

std::int64_t count(pg::Connection& connection, const SubjectSql& statement, const Subject& subject) {
  return connection.exec(statement.sql(), pg::Params(id_of(subject))).int64(0, 0);
}

std::string text_of(const estate::Condition& condition) {
  std::string text;
  for (const auto& [column, value] : condition) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", column, value ? *value : "null");
  }
  return text;
}

struct Kept {
  Counts counts;
  std::map<std::string, std::string> reasons;
};

/// What stays by a rule.
Kept find_kept(pg::Connection& connection, const plan::ErasurePlan& plan, const Subject& subject) {
  const PlanSql sql(plan);
  Kept found;
  for (const auto& [name, table] : plan.tables) {
    if (table.kept_rows.empty()) continue;
    found.counts[table.label] = count(connection, sql.count_kept_rows(table), subject);
    found.reasons[table.label] = fmt::format("{} ({})", table.kept_reason, text_of(table.kept_rows));
  }
  for (const auto& kept : plan.kept) found.reasons[kept.label] = kept.reason;
  return found;
}

// The rows are gone by then: whoever calls again with the same key gets the answer once the files are gone too.
void remove_files(pg::Connection& connection, const ErasureOrder& order, const Call& call) {
  try {
    remove_pending_files(connection, order, call);
  } catch (const Error& error) {
    throw Error(ErrorCode::outcome_unknown,
                fmt::format("the rows are deleted; some of their files still have to go: {}", error.what()),
                Retry::later);
  }
}

/// What a disturbance is that has come at every try.
Error lasting_error(const Disturbance& disturbance) {
  const auto retry = disturbance.code == ErrorCode::conflict ? Retry::later : Retry::never;
  return Error(disturbance.code, disturbance.what, retry);
}

/// The roots of files that rows name, as counts and archives call them.
std::map<std::string, std::filesystem::path> file_roots(const estate::Database& rules) {
  std::map<std::string, std::filesystem::path> roots;
  for (const auto& rule : rules.tables) {
    if (!rule.files) continue;
    const auto first = rules.schemas.empty() ? std::string() : rules.schemas.front() + ".";
    const bool is_in_first = !first.empty() && rule.table.starts_with(first);
    const auto label = is_in_first ? rule.table.substr(first.size()) : rule.table;
    roots[label + "." + rule.files->column] = rule.files->root;
  }
  return roots;
}

}  // namespace

PostgresStore::PostgresStore(PostgresStoreSettings settings)
    : settings_(std::move(settings)),
      pool_(settings_.connection, settings_.connections),
      catalogs_(settings_.only_schemas) {}

PostgresStore::~PostgresStore() = default;

std::variant<plan::ErasurePlan, plan::Refusals> PostgresStore::plan_for(const catalog::Catalog& catalog,
                                                                        SubjectKind subject) const {
  return plan::plan_erasure(catalog, settings_.rules, settings_.tenant_column, settings_.last_tables, subject);
}

plan::ErasurePlan PostgresStore::make_plan(pg::Connection& connection, SubjectKind subject) {
  auto outcome = plan_for(catalogs_.read(connection)->catalog, subject);
  if (const auto* refusals = std::get_if<plan::Refusals>(&outcome)) throw plan::refusal_error(*refusals);
  return std::move(std::get<plan::ErasurePlan>(outcome));
}

void PostgresStore::ping(const Call& call) {
  using pg::operator""_sql;
  pool_.take(call)->exec("SELECT 1"_sql);
}

plan::ErasurePlan PostgresStore::plan(SubjectKind subject, const Call& call) {
  auto connection = pool_.take(call);
  pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  return make_plan(*connection, subject);
}

Preview PostgresStore::preview(const Subject& subject, const Call& call) {
  auto connection = pool_.take(call);
  pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  limit_transaction(*connection, call);
  const auto plan = make_plan(*connection, kind_of(subject));
  const PlanSql sql(plan);
  Preview preview{.plan_digest = plan.digest()};
  for (const auto& [name, table] : plan.tables) {
    preview.data_counts[table.label] = count(*connection, sql.count_rows(table), subject);
    if (table.files) preview.data_counts[files_label(table)] = count(*connection, sql.count_files(table), subject);
  }
  auto kept = find_kept(*connection, plan, subject);
  preview.kept_counts = std::move(kept.counts);
  preview.kept_reasons = std::move(kept.reasons);
  for (const auto& step : plan.steps) {
    const auto* change = std::get_if<plan::ChangeStep>(&step);
    if (change == nullptr) continue;
    preview.changed_counts[change->label] += count(*connection, sql.count_changed_rows(*change), subject);
  }
  preview.outside_rows = find_outside_rows(*connection, plan, subject);
  for (const auto& rows : preview.outside_rows) {
    if (!rows.rule.empty()) preview.changed_counts[rows.table] += rows.rows;
  }
  return preview;
}

Erasure PostgresStore::erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  auto connection = pool_.take(call);
  return run(*connection, make_plan(*connection, kind_of(request.subject)), request, Ending::whole, call, progress);
}

Erasure PostgresStore::prepare(const EraseRequest& request, const Call& call, const ProgressSink& progress) {
  if (!request.job) throw Error(ErrorCode::invalid_argument, "job: only a job prepares an erasure");
  if (request.idempotency_key.empty()) {
    throw Error(ErrorCode::invalid_argument, "idempotency_key: what is prepared is settled by its receipt");
  }
  auto connection = pool_.take(call);
  refuse_unprepared_server(*connection);
  // Of an earlier call whose answer was lost: nobody has decided on it, or he would not ask again.
  if (std::ranges::count(list_prepared(*connection, *request.job, settings_.service), request.epoch) > 0) {
    end_prepared(*connection, request, settings_.service, Decision::roll_back);
  }
  return run(*connection, make_plan(*connection, kind_of(request.subject)), request, Ending::prepared, call, progress);
}

void PostgresStore::commit_prepared(const EraseRequest& request, const Call& call) {
  end_prepared(*pool_.take(call), request, settings_.service, Decision::commit);
}

void PostgresStore::roll_back_prepared(const EraseRequest& request, const Call& call) {
  end_prepared(*pool_.take(call), request, settings_.service, Decision::roll_back);
}

std::vector<std::int64_t> PostgresStore::prepared_epochs(const JobId& job, const Call& call) {
  return list_prepared(*pool_.take(call), job, settings_.service);
}

Erasure PostgresStore::erase_by_plan(const plan::ErasurePlan& plan, const EraseRequest& request, const Call& call,
                                     const ProgressSink& progress) {
  auto connection = pool_.take(call);
  if (make_plan(*connection, kind_of(request.subject)).digest() != plan.digest()) {
    throw Error(ErrorCode::stale, "a table or a rule was altered after the plan was made; plan again");
  }
  return run(*connection, plan, request, Ending::whole, call, progress);
}

std::unique_ptr<RowArchive> PostgresStore::make_archive(const plan::ErasurePlan& plan,
                                                        const EraseRequest& request) const {
  if (!request.archive_key) return nullptr;
  if (!request.job) throw Error(ErrorCode::invalid_argument, "archive_key: an archive belongs to a job");
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can go into it");
  if (!plan.archive_refusals.empty()) throw plan::refusal_error(plan.archive_refusals);
  return std::make_unique<RowArchive>(
      *settings_.vault, archive::Label{.job = *request.job, .service = settings_.service, .subject = request.subject},
      *request.archive_key);
}

Erasure PostgresStore::run(pg::Connection& connection, const plan::ErasurePlan& plan, const EraseRequest& request,
                           Ending ending, const Call& call, const ProgressSink& progress) {
  const auto archive = make_archive(plan, request);
  const ErasureOrder order{
      .plan = plan,
      .request = request,
      .service = settings_.service,
      .catalogs = catalogs_,
      .pseudonym_key = settings_.pseudonym_key,
      .progress = progress,
      .archive = archive.get(),
      .receipt_key = request.idempotency_key.empty() ? "direct/" + Uuid::random().str() : request.idempotency_key};
  install_service_schema(connection);
  const auto whole_plan = [&](StepRunner& steps, Progress& counted) { do_whole_plan(order, steps, counted); };
  const bool may_chunk = settings_.chunks && ending == Ending::whole && kind_of(request.subject) == SubjectKind::tenant;
  auto start = StartAt::progress;
  std::int64_t rows_taken = 0;
  const auto one_try = [&]() -> Ended {
    if (may_chunk) {
      auto disturbance = erase_in_chunks(connection, order, *settings_.chunks, start, rows_taken, call);
      if (disturbance) return *std::move(disturbance);
    }
    return run_transaction(connection, order, whole_plan, ending, call);
  };
  try {
    for (int tries_left = kTries;;) {
      const auto before = rows_taken;
      auto outcome = one_try();
      if (auto* erasure = std::get_if<Erasure>(&outcome)) {
        if (ending == Ending::whole) remove_files(connection, order, call);
        return std::move(*erasure);
      }
      refuse_outside_rows(connection, plan, request.subject, call);
      // Somebody may get in the way of a long erasure now and then; of one that gets nowhere, so often only.
      tries_left = rows_taken > before ? kTries : tries_left - 1;
      if (tries_left == 0) throw lasting_error(std::get<Disturbance>(outcome));
      start = StartAt::beginning;
    }
  } catch (const Error& error) {
    if (rows_taken == 0 || error.code() != ErrorCode::timeout) throw;
    throw Error(ErrorCode::unfinished, fmt::format("{} rows went, and then: {}", rows_taken, error.what()),
                Retry::later);
  }
}

Restoration PostgresStore::restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) {
  if (!settings_.vault) throw Error(ErrorCode::refused, "the estate has no archive, so nothing can come back");
  auto connection = pool_.take(call);
  install_service_schema(*connection);
  close_to_erasures(*connection, request, call);
  const RestoreOrder order{.request = request,
                           .vault = *settings_.vault,
                           .label = {.job = request.job, .service = settings_.service, .subject = request.subject},
                           .labels =
                               [&](const catalog::TableName& table) {
                                 const auto& schemas = settings_.rules.schemas;
                                 return !schemas.empty() && table.schema == schemas.front() ? table.name : table.str();
                               },
                           .file_roots = file_roots(settings_.rules),
                           .only_schemas = settings_.only_schemas,
                           .plan_for = [&](const catalog::Catalog& catalog) -> std::optional<plan::ErasurePlan> {
                             auto outcome = plan_for(catalog, kind_of(request.subject));
                             if (auto* plan = std::get_if<plan::ErasurePlan>(&outcome)) return std::move(*plan);
                             return std::nullopt;
                           },
                           .progress = progress};
  return run_restoration(*connection, order, call);
}

Residue PostgresStore::verify(const Subject& subject, const Call& call) {
  auto connection = pool_.take(call);
  pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  limit_transaction(*connection, call);
  const auto plan = make_plan(*connection, kind_of(subject));
  const PlanSql sql(plan);
  Residue residue;
  for (const auto& [name, table] : plan.tables) {
    if (const auto rows = count(*connection, sql.count_rows(table), subject); rows > 0) {
      residue.rows_left[table.label] = rows;
    }
  }
  for (const auto& step : plan.steps) {
    const auto* change = std::get_if<plan::ChangeStep>(&step);
    if (change == nullptr) continue;
    if (const auto rows = count(*connection, sql.count_changed_rows(*change), subject); rows > 0) {
      residue.rows_left[change->label] += rows;
    }
  }
  auto kept = find_kept(*connection, plan, subject);
  residue.kept_counts = std::move(kept.counts);
  residue.kept_reasons = std::move(kept.reasons);
  return residue;
}

}  // namespace tenure::store
