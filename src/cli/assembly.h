#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "audit/keeper.h"
#include "cli/deletion_notices.h"
#include "cli/estate_databases.h"
#include "cli/schema_provisioning.h"
#include "erasure/archive_sweep.h"
#include "erasure/erase_tenant.h"
#include "erasure/erase_user.h"
#include "erasure/job_decisions.h"
#include "erasure/soft_delete_sweep.h"
#include "estate/estate.h"
#include "events/rabbitmq/address.h"
#include "identity/accounts.h"
#include "identity/external_provider.h"
#include "identity/login.h"
#include "identity/password.h"
#include "identity/signing_keys.h"
#include "jobs/job_control.h"
#include "jobs/job_store.h"
#include "jobs/kept_archives.h"
#include "jobs/legal_holds.h"
#include "messaging/answer_desk.h"
#include "metrics/metrics.h"
#include "pg/pool.h"
#include "server/contract_routes.h"
#include "signing/signing_key.h"
#include "store/postgres/postgres_store.h"
#include "tenancy/domains.h"
#include "tenancy/invitations.h"
#include "tenancy/members.h"
#include "tenancy/subscriptions.h"
#include "tenancy/tenant_router.h"
#include "tenancy/tenant_settings.h"
#include "tenancy/tenants.h"

namespace tenure::cli {

/// Accounts that Tenure keeps itself.
struct ManagedUsers {
  ManagedUsers(pg::Pool& control, const identity::SigningKeys& keys, const Clock& clock)
      : accounts(control), login(control, hasher, keys, clock) {}

  identity::Accounts accounts;
  identity::PasswordHasher hasher;
  identity::Login login;
};

/// Tenants that Tenure keeps itself.
struct ManagedTenants {
  ManagedTenants(pg::Pool& database, const estate::TenantRecord& record, tenancy::Provisioning& provisioning)
      : tenants(database, &provisioning),
        members(database),
        invitations(database),
        subscriptions(database),
        settings(database),
        domains(database, record.base_domains),
        router(database, record.base_domains),
        soft_delete_window(record.soft_delete_window) {}

  tenancy::Tenants tenants;
  tenancy::Members members;
  tenancy::Invitations invitations;
  tenancy::Subscriptions subscriptions;
  tenancy::TenantSettings settings;
  tenancy::Domains domains;
  tenancy::TenantRouter router;
  std::chrono::seconds soft_delete_window;
};

/// An estate put together: the one place that names concrete classes and hands them to each other. Databases are
/// connected to when first used; only the embedded cluster is started here.
class Assembly {
 public:
  /// @throws Error(invalid_argument) for a faulty estate file, Error(unavailable) when the cluster does not start.
  explicit Assembly(const AssemblySettings& settings);
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  const estate::Estate& estate() const { return estate_; }
  const pg::EmbeddedCluster* cluster() const { return databases_.cluster(); }
  const Clock& clock() const { return *clock_; }
  const identity::SigningKeys& keys() const { return keys_; }

  /// The stores that this process can hold itself, for its routes; services by URL are not among them.
  std::vector<server::HostedService> hosted_services() const;
  /// The data of a service as this process would get at it itself, however the orchestrator reaches it.
  store::TenantDataStore& local_store(const std::string& service) { return *stores_.at(service); }
  /// Where a service's rows are; nothing when it has no database.
  std::optional<pg::ConnectionSettings> database_of(const std::string& service) const;
  /// Connects to the database of a service and asks next to nothing. @throws Error(unavailable) when it does not
  /// answer.
  void ping_database(const std::string& service, const Call& call) const;
  /// @throws Error(not_found) when no service has the name, Error(invalid_argument) when it is not a database with rows
  /// of all tenants.
  store::PostgresStore& postgres_store(const std::string& service);

  /// What reports and the audit log are signed with: the estate's, or that of the state folder, which is made when it
  /// is first asked for. Thread-safe. @throws as signing::read_or_make_key_file.
  const signing::SigningKey& evidence_key();
  /// What has been done here, chained and signed with that key; made when it is first asked for. Thread-safe. @throws
  /// as evidence_key().
  audit::Keeper& audit();

  /// How the tables that all tenants share are reached in a service whose tenants have a schema or a database each.
  store::PostgresStoreSettings shared_settings(const estate::Service& service, const estate::Database& database) const;

  pg::Pool& control() { return *control_; }
  /// Nothing where the estate has none.
  std::optional<events::BrokerSettings> broker() const;
  /// Where the answers of services come back that are reached by message; null where there are none.
  messaging::AnswerDesk* answers() { return answers_.get(); }
  /// Writes a file where archives go and removes it. @throws Error(unavailable) naming the folder and why it cannot be
  /// written; nothing where the estate has no archive.
  void check_archive() const;
  /// Creates Tenure's tables where they are missing: those of the control database, and those of managed tenants.
  void install_control_schema();
  void install_tenancy_schema();

  /// Null where somebody else keeps them.
  ManagedUsers* users() { return users_.get(); }
  ManagedTenants* tenants() { return tenants_.get(); }
  /// What new tenants need in services with a schema a tenant; null where tenants are not managed.
  SchemaProvisioning* provisioning() { return provisioning_.get(); }
  /// The provider whose users may call; null where there is none.
  identity::ExternalProvider* identity_provider() { return identity_provider_.get(); }

  /// Of all that is done with what is here.
  metrics::Metrics& metrics() { return metrics_; }
  /// Who is told how deletions end.
  DeletionNotices& notices() { return *notices_; }
  /// Told of every job that is run here; metrics() among them.
  erasure::Observers& observers() { return observers_; }
  jobs::JobStore& jobs() { return *jobs_; }
  erasure::JobDecisions& job_decisions() { return *job_decisions_; }
  jobs::LegalHolds& legal_holds() { return *legal_holds_; }
  jobs::KeptArchives& kept_archives() { return *kept_archives_; }
  erasure::Orchestrator& orchestrator() { return *orchestrator_; }
  erasure::EraseTenant& erase_tenant() { return *erase_tenant_; }
  erasure::EraseUser& erase_user() { return *erase_user_; }
  /// Both null where the estate has no archive.
  const archive::Vault* vault() const { return vault_ ? &*vault_ : nullptr; }
  erasure::ArchiveSweep* archive_sweep() { return archive_sweep_.get(); }
  /// Null where tenants are not managed.
  erasure::SoftDeleteSweep* sweep() { return sweep_.get(); }

 private:
  void add_stores();
  std::shared_ptr<store::TenantDataStore> make_store(const estate::Service& service);
  store::PostgresStoreSettings row_settings(const estate::Service& service, const estate::Database& database,
                                            const std::string& name) const;
  std::shared_ptr<store::TenantDataStore> make_space_store(const estate::Service& service,
                                                           const estate::Database& database);
  std::shared_ptr<store::TenantDataStore> make_remote_store(const estate::Service& service, const std::string& url,
                                                            bool archives);
  /// As the orchestrator reaches it.
  std::shared_ptr<store::TenantDataStore> reach(const estate::Service& service);
  void add_directories();
  void add_operations();
  void expect_metrics();
  erasure::ErasureTerms terms() const;
  /// Of an estate with an archive. @throws Error(invalid_argument) for a faulty key ring or file.
  archive::KeyRing archive_keys() const;

  const std::shared_ptr<const Clock> clock_ = std::make_shared<SystemClock>();
  metrics::Metrics metrics_;
  erasure::Observers observers_;
  const EstateDatabases databases_;
  const estate::Estate& estate_ = databases_.estate();
  identity::SigningKeys keys_;
  const std::filesystem::path state_;
  std::once_flag has_evidence_key_;
  std::optional<signing::SigningKey> evidence_key_;  // set once, under has_evidence_key_
  std::optional<archive::Vault> vault_;
  std::map<std::string, std::shared_ptr<store::TenantDataStore>> stores_;
  std::map<std::string, store::PostgresStore*> postgres_stores_;
  std::unique_ptr<pg::Pool> control_;
  std::unique_ptr<messaging::AnswerDesk> answers_;
  std::unique_ptr<pg::Pool> tenant_database_;
  std::once_flag has_audit_;
  std::optional<audit::Keeper> audit_;  // set once, under has_audit_
  std::unique_ptr<ManagedUsers> users_;
  std::unique_ptr<SchemaProvisioning> provisioning_;
  std::unique_ptr<ManagedTenants> tenants_;
  std::unique_ptr<identity::ExternalProvider> identity_provider_;
  std::unique_ptr<erasure::TenantDirectory> tenant_directory_;
  std::unique_ptr<erasure::UserDirectory> user_directory_;
  std::unique_ptr<DeletionNotices> notices_;
  std::unique_ptr<jobs::JobStore> jobs_;
  std::unique_ptr<jobs::JobControl> job_control_;
  std::unique_ptr<jobs::LegalHolds> legal_holds_;
  std::unique_ptr<jobs::KeptArchives> kept_archives_;
  std::unique_ptr<erasure::Orchestrator> orchestrator_;
  std::unique_ptr<erasure::EraseTenant> erase_tenant_;
  std::unique_ptr<erasure::EraseUser> erase_user_;
  std::unique_ptr<erasure::JobDecisions> job_decisions_;
  std::unique_ptr<erasure::ArchiveSweep> archive_sweep_;
  std::unique_ptr<erasure::SoftDeleteSweep> sweep_;
};

}  // namespace tenure::cli
