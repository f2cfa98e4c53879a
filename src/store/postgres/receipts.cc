#include "store/postgres/receipts.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/planted_bug.h"
#include "pg/sqlstate.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

using nlohmann::json;
using pg::operator""_sql;

}  // namespace

const char* kind_text(const Subject& subject) { return kind_of(subject) == SubjectKind::tenant ? "tenant" : "user"; }

std::string counts_to_text(const Counts& counts) { return json(counts).dump(); }

Counts counts_from_text(const std::string& text) { return json::parse(text).get<Counts>(); }

void install_service_schema(pg::Connection& connection) {
  if (connection.exec(sql::kFindServiceSchema).boolean(0, 0)) return;
  try {
    connection.run_script(sql::kCreateServiceSchema);
  } catch (const Error& error) {
    if (connection.is_in_transaction()) connection.exec("ROLLBACK"_sql);
    if (error.sqlstate() != pg::kInsufficientPrivilege) throw;
    throw Error(ErrorCode::refused,
                "the role may not create the schema \"tenure\"; grant it CREATE on the database, or run "
                "src/store/sql/create_service_schema.sql as the owner and grant it the tables");
  }
}

void raise_fence(pg::Connection& connection, const Subject& subject, const std::optional<JobId>& job,
                 std::int64_t epoch) {
  const auto raised = connection.exec(sql::kRaiseFence, pg::Params(kind_text(subject), id_of(subject), job, epoch));
  if (raised.empty() && !TENURE_BUG("fence.epoch_unchecked")) {
    throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this subject");
  }
}

std::optional<Erasure> find_receipt(pg::Connection& connection, const EraseRequest& request) {
  if (request.idempotency_key.empty()) return std::nullopt;
  const auto rows = connection.exec(
      sql::kFindReceipt, pg::Params(request.idempotency_key, kind_text(request.subject), id_of(request.subject)));
  if (rows.empty()) return std::nullopt;
  return Erasure{.deleted_counts = counts_from_text(rows.text(0, 0)),
                 .changed_counts = counts_from_text(rows.text(0, 1)),
                 .digest = rows.text(0, 2),
                 .is_replay = true};
}

void insert_receipt(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                    const Erasure& erasure) {
  connection.exec(sql::kInsertReceipt, pg::Params(receipt_key, kind_text(request.subject), id_of(request.subject),
                                                  request.job, request.epoch, counts_to_text(erasure.deleted_counts),
                                                  counts_to_text(erasure.changed_counts), erasure.digest));
}

std::optional<Restoration> find_restoration(pg::Connection& connection, const JobId& job, const std::string& service) {
  const auto rows = connection.exec(sql::kFindRestoration, pg::Params(job, service));
  if (rows.empty()) return std::nullopt;
  return Restoration{.restored_counts = counts_from_text(rows.text(0, 0)),
                     .reverted_counts = counts_from_text(rows.text(0, 1)),
                     .is_replay = true};
}

}  // namespace tenure::store
