#include "catalog/catalog_cache.h"

#include <optional>

#include "catalog/reader.h"
#include "catalog/sql.h"
#include "pg/transaction.h"

namespace tenure::catalog {
namespace {

struct Version {
  std::string digest;
  bool is_of_snapshot = false;  ///< later statements of the transaction see no other one
};

Version read_version(pg::Connection& connection, const Schemas& only) {
  const auto row = connection.exec(sql::kReadVersion, pg::Params(only));
  return {.digest = row.text(0, 0), .is_of_snapshot = row.boolean(0, 1)};
}

}  // namespace

std::shared_ptr<const CatalogCache::Known> CatalogCache::read(pg::Connection& connection) {
  std::optional<pg::Transaction> snapshot;
  if (!connection.is_in_transaction()) snapshot.emplace(connection, pg::Snapshot::fixed);
  const auto version = read_version(connection, only_);
  if (auto known = find(version.digest, read_server_facts(connection))) return known;
  auto catalog = read_catalog(connection, only_);
  auto digest = catalog.digest();
  auto known = std::make_shared<const Known>(Known{std::move(catalog), std::move(digest)});
  // Altered while it was read: right for nobody else.
  if (!version.is_of_snapshot && read_version(connection, only_).digest != version.digest) return known;
  const std::lock_guard lock(mutex_);
  version_ = version.digest;
  known_ = known;
  return known;
}

std::shared_ptr<const CatalogCache::Known> CatalogCache::find(const std::string& version, const ServerFacts& facts) {
  const std::lock_guard lock(mutex_);
  return known_ && version == version_ && facts == known_->catalog.server ? known_ : nullptr;
}

}  // namespace tenure::catalog
