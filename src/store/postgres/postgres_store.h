#pragma once

#include <optional>
#include <string>

#include "archive/archive.h"
#include "catalog/catalog_cache.h"
#include "estate/estate.h"
#include "pg/pool.h"
#include "plan/erasure_plan.h"
#include "store/atomic_store.h"
#include "store/postgres/erasure_transaction.h"
#include "store/postgres/pace.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// What the store of one service is made with.
struct PostgresStoreSettings {
  std::string service;  ///< its name in the estate
  pg::ConnectionSettings connection;
  estate::Database rules;
  std::string tenant_column;
  std::vector<std::string> last_tables;
  Secret pseudonym_key;
  std::optional<archive::Vault> vault = std::nullopt;  ///< where rows go before they are gone, when an order says so
  std::size_t connections = 4;                         ///< at most this many sessions at once
  catalog::Schemas only_schemas = std::nullopt;        ///< where others may be thousands, which are not looked at
  std::optional<ChunkRules> chunks = std::nullopt;     ///< without them a tenant always goes in one transaction
};

/// The deletion contract over one PostgreSQL database, driven by the estate's rules and the live catalog: the plan is
/// made anew for each call, of the catalog as it is then, so a table that was added since is seen.
///
/// An erasure is one transaction: fence, plan, steps, checks, receipt. Rows that other sessions write meanwhile either
/// wait for its end or make it start over; a row of another tenant that would have been touched makes it roll back and
/// name the rule that settles it. Files named by a column go after the commit; a crash in between leaves
/// them listed in tenure.pending_files, and the same call again removes them.
///
/// A large tenant's goes in chunks first, each a transaction of its own (decision 15); what is left then, and the
/// receipt of all, in one as above.
///
/// In two phases the same transaction is prepared instead of committed; its files go when the order is repeated after
/// the commit, by its receipt.
class PostgresStore final : public TenantDataStore, public AtomicStore {
 public:
  explicit PostgresStore(PostgresStoreSettings settings);
  ~PostgresStore() override;

  Preview preview(const Subject& subject, const Call& call) override;
  Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return settings_.vault.has_value(); }
  Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) override;

  AtomicStore* atomic() override { return this; }
  Erasure prepare(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  void commit_prepared(const EraseRequest& request, const Call& call) override;
  void roll_back_prepared(const EraseRequest& request, const Call& call) override;
  std::vector<std::int64_t> prepared_epochs(const JobId& job, const Call& call) override;

  /// Connects and asks nothing. @throws Error(unavailable) when the database does not answer.
  void ping(const Call& call);

  /// The plan as of now. @throws Error(refused) with every reason why there is none.
  plan::ErasurePlan plan(SubjectKind subject, const Call& call);

  /// As erase(), but only by exactly this plan. @throws Error(stale) when the catalog or the rules have changed since.
  Erasure erase_by_plan(const plan::ErasurePlan& plan, const EraseRequest& request, const Call& call,
                        const ProgressSink& progress);

 private:
  plan::ErasurePlan make_plan(pg::Connection& connection, SubjectKind subject);
  std::variant<plan::ErasurePlan, plan::Refusals> plan_for(const catalog::Catalog& catalog, SubjectKind subject) const;
  std::unique_ptr<RowArchive> make_archive(const plan::ErasurePlan& plan, const EraseRequest& request) const;
  Erasure run(pg::Connection& connection, const plan::ErasurePlan& plan, const EraseRequest& request, Ending ending,
              const Call& call, const ProgressSink& progress);

  const PostgresStoreSettings settings_;
  pg::Pool pool_;
  catalog::CatalogCache catalogs_;
};

}  // namespace tenure::store
