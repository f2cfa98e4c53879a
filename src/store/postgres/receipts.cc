#include "store/postgres/receipts.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "pg/sqlstate.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

using nlohmann::json;
using pg::operator""_sql;

const char* kind_text(const Subject& subject) { return kind_of(subject) == SubjectKind::tenant ? "tenant" : "user"; }

Counts counts_from(const std::string& text) { return json::parse(text).get<Counts>(); }

}  // namespace

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

void raise_fence(pg::Connection& connection, const EraseRequest& request) {
  const auto rows = connection.exec(
      sql::kRaiseFence, pg::Params(kind_text(request.subject), id_of(request.subject), request.job, request.epoch));
  if (rows.empty()) {
    throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this subject");
  }
}

std::optional<Erasure> find_receipt(pg::Connection& connection, const EraseRequest& request) {
  if (request.idempotency_key.empty()) return std::nullopt;
  const auto rows = connection.exec(
      sql::kFindReceipt, pg::Params(request.idempotency_key, kind_text(request.subject), id_of(request.subject)));
  if (rows.empty()) return std::nullopt;
  return Erasure{.deleted_counts = counts_from(rows.text(0, 0)),
                 .changed_counts = counts_from(rows.text(0, 1)),
                 .digest = rows.text(0, 2),
                 .is_replay = true};
}

void insert_receipt(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                    const Erasure& erasure) {
  connection.exec(sql::kInsertReceipt, pg::Params(receipt_key, kind_text(request.subject), id_of(request.subject),
                                                  request.job, request.epoch, json(erasure.deleted_counts).dump(),
                                                  json(erasure.changed_counts).dump(), erasure.digest));
}

}  // namespace tenure::store
