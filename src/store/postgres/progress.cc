#include "store/postgres/progress.h"

#include <nlohmann/json.hpp>

#include "store/postgres/receipts.h"
#include "store/sql.h"

namespace tenure::store {

Progress find_progress(pg::Connection& connection, const std::string& receipt_key) {
  const auto rows = connection.exec(sql::kFindProgress, pg::Params(receipt_key));
  if (rows.empty()) return {};
  return {.cursors = nlohmann::json::parse(rows.text(0, 0)).get<std::map<std::string, std::string>>(),
          .deleted_counts = counts_from_text(rows.text(0, 1)),
          .changed_counts = counts_from_text(rows.text(0, 2))};
}

void keep_progress(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                   const Progress& progress) {
  connection.exec(sql::kKeepProgress,
                  pg::Params(receipt_key, kind_text(request.subject), id_of(request.subject), request.job,
                             nlohmann::json(progress.cursors).dump(), counts_to_text(progress.deleted_counts),
                             counts_to_text(progress.changed_counts)));
}

void delete_progress(pg::Connection& connection, const Subject& subject, const std::string& receipt_key) {
  connection.exec(sql::kDeleteProgress, pg::Params(receipt_key, kind_text(subject), id_of(subject)));
}

}  // namespace tenure::store
