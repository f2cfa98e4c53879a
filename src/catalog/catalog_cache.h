#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "catalog/catalog.h"
#include "catalog/reader.h"
#include "pg/connection.h"

namespace tenure::catalog {

/// The catalog of one database, which is read anew only when it has changed: whether it has is asked each time, by one
/// query that takes a fifth of the time of reading it. Thread-safe; the sessions are all of one database and role.
class CatalogCache {
 public:
  explicit CatalogCache(Schemas only = std::nullopt) : only_(std::move(only)) {}

  struct Known {
    Catalog catalog;
    std::string digest;  ///< of the catalog
  };

  /// As read_catalog: what the session sees now. Outside a transaction all of it is of one instant. @throws Error from
  /// pg.
  std::shared_ptr<const Known> read(pg::Connection& connection);

 private:
  std::shared_ptr<const Known> find(const std::string& version, const ServerFacts& facts);

  const Schemas only_;
  std::mutex mutex_;
  std::string version_;                 // guarded by mutex_, as is the next one
  std::shared_ptr<const Known> known_;  // null until the first read
};

}  // namespace tenure::catalog
