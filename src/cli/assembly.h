#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "erasure/erase_tenant.h"
#include "estate/estate.h"
#include "identity/signing_keys.h"
#include "jobs/job_store.h"
#include "pg/embedded_cluster.h"
#include "pg/pool.h"
#include "server/contract_routes.h"
#include "store/postgres/postgres_store.h"

namespace tenure::cli {

struct AssemblySettings {
  std::filesystem::path estate_file;
  bool embedded = false;
  std::filesystem::path state;  ///< where keys and the embedded cluster are kept
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
  const pg::EmbeddedCluster* cluster() const { return cluster_ ? &*cluster_ : nullptr; }
  const Clock& clock() const { return *clock_; }
  const identity::SigningKeys& keys() const { return keys_; }

  /// The stores that this process holds itself, for its routes; services by URL are not among them.
  std::vector<server::HostedService> hosted_services() const;
  /// @throws Error(not_found) when no service has the name, Error(invalid_argument) when it is not a database.
  store::PostgresStore& postgres_store(const std::string& service);

  pg::Pool& control() { return *control_; }
  /// Creates Tenure's tables in the control database, where they are missing.
  void install_control_schema();
  jobs::JobStore& jobs() { return *jobs_; }
  erasure::Orchestrator& orchestrator() { return *orchestrator_; }
  erasure::EraseTenant& erase_tenant() { return *erase_tenant_; }

 private:
  void start_cluster(const std::filesystem::path& state);
  void ensure_embedded_database(const std::string& name, const std::optional<std::filesystem::path>& schema_file);
  pg::ConnectionSettings connection_of(const estate::Service& service, const estate::Database& database) const;
  pg::ConnectionSettings control_connection() const;
  void add_stores();
  std::shared_ptr<store::TenantDataStore> make_store(const estate::Service& service);
  void add_tenant_directory();

  const std::shared_ptr<const Clock> clock_ = std::make_shared<SystemClock>();
  const std::filesystem::path estate_file_;
  const estate::Estate estate_;
  identity::SigningKeys keys_;
  std::optional<pg::EmbeddedCluster> cluster_;
  std::map<std::string, std::shared_ptr<store::TenantDataStore>> stores_;
  std::map<std::string, store::PostgresStore*> postgres_stores_;
  std::unique_ptr<pg::Pool> control_;
  std::unique_ptr<pg::Pool> tenant_database_;
  std::unique_ptr<erasure::TenantDirectory> tenant_directory_;
  std::unique_ptr<jobs::JobStore> jobs_;
  std::unique_ptr<erasure::Orchestrator> orchestrator_;
  std::unique_ptr<erasure::EraseTenant> erase_tenant_;
};

/// The process's environment.
std::optional<std::string> environment_variable(std::string_view name);

}  // namespace tenure::cli
