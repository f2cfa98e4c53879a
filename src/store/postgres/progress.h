#pragma once

#include <map>
#include <string>

#include "pg/connection.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// How far an erasure in several transactions has come. Each of them writes it with its rows, so that whoever goes on
/// knows exactly where, and what has been counted.
struct Progress {
  /// Table → the place from which on rows are still to go; empty when the table is done.
  std::map<std::string, std::string> cursors;
  Counts deleted_counts;
  Counts changed_counts;
  bool operator==(const Progress&) const = default;
};

/// Nothing yet, when there is none. Under the fence.
Progress find_progress(pg::Connection& connection, const std::string& receipt_key);
void keep_progress(pg::Connection& connection, const EraseRequest& request, const std::string& receipt_key,
                   const Progress& progress);
/// With the receipt, progress is over.
void delete_progress(pg::Connection& connection, const Subject& subject, const std::string& receipt_key);

}  // namespace tenure::store
