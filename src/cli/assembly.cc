#include "cli/assembly.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/evidence_key.h"
#include "erasure/job_events.h"
#include "events/outbox.h"
#include "http/client.h"
#include "identity/token.h"
#include "jobs/control_session.h"
#include "messaging/message_store.h"
#include "store/databases/database_spaces.h"
#include "store/files/files_store.h"
#include "store/remote/remote_store.h"
#include "store/schemas/schema_spaces.h"
#include "store/spaces/space_store.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kControlConnections = 16;
constexpr std::size_t kTenantRecordConnections = 2;
constexpr std::size_t kTenancyConnections = 12;
constexpr Milliseconds kInstallTimeout{30000};
constexpr Milliseconds kKeysTimeout{10000};

std::unique_ptr<identity::ExternalProvider> make_provider(const estate::IdentityProvider& provider,
                                                          const Clock& clock) {
  const auto fetch_keys = [url = provider.jwks_url] {
    const auto answer = http::send({.url = url}, Call::within(kKeysTimeout));
    if (answer.status != 200) throw Error(ErrorCode::unavailable, "the provider's keys could not be fetched");
    return answer.body;
  };
  return std::make_unique<identity::ExternalProvider>(
      identity::ExternalProviderSettings{.issuer = provider.issuer,
                                         .audience = provider.audience,
                                         .user_claim = provider.user_claim,
                                         .platform_admin_claim = provider.platform_admin_claim},
      fetch_keys, clock);
}

constexpr Milliseconds kPatienceBeforeRollback{std::chrono::hours(1)};

std::optional<jobs::OnFailure> policy_of(const estate::ErasureRules& rules) {
  if (!rules.on_failure) return std::nullopt;
  return rules.on_failure == estate::OnFailure::roll_back ? jobs::OnFailure::roll_back : jobs::OnFailure::retry;
}

/// How long a service that is down is waited for.
std::optional<Milliseconds> patience(const estate::ErasureRules& rules, bool has_archive) {
  const auto by_default = has_archive ? estate::OnFailure::roll_back : estate::OnFailure::retry;
  if (rules.give_up_after) return rules.give_up_after;
  if (rules.on_failure.value_or(by_default) == estate::OnFailure::retry) return std::nullopt;
  return kPatienceBeforeRollback;
}

}  // namespace

Assembly::Assembly(const AssemblySettings& settings)
    : metrics_(TENURE_VERSION), databases_(settings), keys_(settings.state / "keys", *clock_), state_(settings.state) {
  observers_.add(metrics_);
  add_stores();
  control_ = std::make_unique<pg::Pool>(databases_.control(), kControlConnections, jobs::session_limits());
  notices_ = std::make_unique<DeletionNotices>(estate_, settings.environment, *control_, *clock_);
  if (!estate_.services_by_message().empty()) answers_ = std::make_unique<messaging::AnswerDesk>(*control_);
  add_directories();
  add_operations();
  expect_metrics();
}

void Assembly::expect_metrics() {
  metrics::Known known{.services = orchestrator_->steps(SubjectKind::user)};
  known.databases["control"] = control_->settings().description();
  for (const auto& service : estate_.services) {
    if (const auto database = database_of(service.name)) known.databases[service.name] = database->description();
  }
  metrics_.expect(known);
}

std::shared_ptr<store::TenantDataStore> Assembly::make_store(const estate::Service& service) {
  if (const auto* database = std::get_if<estate::Database>(&service.source)) {
    if (database->isolation.has_spaces()) return make_space_store(service, *database);
    auto made = std::make_shared<store::PostgresStore>(row_settings(service, *database, service.name));
    postgres_stores_[service.name] = made.get();
    return made;
  }
  if (const auto* remote = std::get_if<estate::Remote>(&service.source)) {
    return make_remote_store(service, remote->url, remote->archives);
  }
  return std::make_shared<store::FilesStore>(service.name, std::get<estate::Directory>(service.source), vault_);
}

store::PostgresStoreSettings Assembly::row_settings(const estate::Service& service, const estate::Database& database,
                                                    const std::string& name) const {
  return {.service = name,
          .connection = databases_.of(service, database),
          .rules = database,
          .tenant_column = estate_.tenant_column,
          .last_tables = estate_.last_tables,
          .pseudonym_key = estate_.pseudonym_key,
          .vault = vault_,
          .chunks = store::ChunkRules{.rows = estate_.erasure.chunk_rows, .throttle = estate_.erasure.throttle}};
}

store::PostgresStoreSettings Assembly::shared_settings(const estate::Service& service,
                                                       const estate::Database& database) const {
  auto shared = row_settings(service, database, store::SpaceStore::shared_name(service.name));
  shared.only_schemas = database.schemas;
  return shared;
}

std::shared_ptr<store::TenantDataStore> Assembly::make_space_store(const estate::Service& service,
                                                                   const estate::Database& database) {
  auto shared = shared_settings(service, database);
  std::unique_ptr<store::TenantSpaces> spaces;
  if (database.isolation.model == estate::IsolationModel::schema) {
    spaces = std::make_unique<store::SchemaSpaces>(shared.connection);
  } else {
    spaces = std::make_unique<store::DatabaseSpaces>(shared.connection, database.isolation.reference);
  }
  return std::make_shared<store::SpaceStore>(
      store::SpaceStoreSettings{.service = service.name, .rules = database, .vault = vault_}, std::move(spaces),
      std::make_unique<store::PostgresStore>(std::move(shared)));
}

std::shared_ptr<store::TenantDataStore> Assembly::make_remote_store(const estate::Service& service,
                                                                    const std::string& url, bool archives) {
  const auto token = [this, audience = service.prefix] {
    return identity::issue_service_token(keys_, *clock_, "orchestrator", audience);
  };
  return std::make_shared<store::RemoteStore>(
      store::RemoteStore::Address{
          .url = url, .prefix = service.prefix, .user_path = service.user_path, .archives = archives},
      token);
}

std::shared_ptr<store::TenantDataStore> Assembly::reach(const estate::Service& service) {
  const bool archives = stores_.at(service.name)->can_archive();
  if (const auto* http = std::get_if<estate::OverHttp>(&service.via)) {
    return make_remote_store(service, http->url, archives);
  }
  if (std::holds_alternative<estate::OverBroker>(service.via)) {
    return std::make_shared<messaging::MessageStore>(service.name, *answers_, archives);
  }
  return stores_.at(service.name);
}

void Assembly::add_stores() {
  if (estate_.archive) vault_.emplace(estate_.archive->directory, archive_keys());
  for (const auto& service : estate_.services) stores_[service.name] = make_store(service);
}

void Assembly::add_directories() {
  if (estate_.has_managed_users) users_ = std::make_unique<ManagedUsers>(*control_, keys_, *clock_);
  if (estate_.identity_provider) identity_provider_ = make_provider(*estate_.identity_provider, *clock_);
  if (estate_.tenants) {
    const auto& record = *estate_.tenants;
    const auto& service = *estate_.find_service(record.service);
    const auto& database = std::get<estate::Database>(service.source);
    tenant_database_ = std::make_unique<pg::Pool>(databases_.of(service, database),
                                                  record.is_managed ? kTenancyConnections : kTenantRecordConnections);
    if (record.is_managed) {
      provisioning_ = std::make_unique<SchemaProvisioning>(databases_);
      tenants_ = std::make_unique<ManagedTenants>(*tenant_database_, record, *provisioning_);
      tenant_directory_ = std::make_unique<erasure::ManagedTenantRecord>(tenants_->tenants);
    } else {
      tenant_directory_ =
          std::make_unique<erasure::PostgresTenantRecord>(*tenant_database_, record, database.schemas.front());
    }
  }
  if (!users_ && !tenants_) return;
  user_directory_ = std::make_unique<erasure::UserDirectory>(tenants_ ? &tenants_->members : nullptr,
                                                             tenants_ ? &tenants_->invitations : nullptr,
                                                             users_ ? &users_->accounts : nullptr);
}

void Assembly::add_operations() {
  const auto on_transition = [this](pg::Transaction& transaction, const jobs::Transition& change) {
    erasure::publish_transition(transaction, change);
    notices_->keep(transaction, change);
  };
  jobs_ = std::make_unique<jobs::JobStore>(*control_, on_transition);
  job_control_ = std::make_unique<jobs::JobControl>(*control_, on_transition);
  legal_holds_ = std::make_unique<jobs::LegalHolds>(*control_, on_transition);
  kept_archives_ = std::make_unique<jobs::KeptArchives>(*control_);
  erasure::ServiceEndpoints endpoints;
  for (const auto& service : estate_.services) {
    endpoints.push_back({.name = service.name,
                         .data_store = reach(service),
                         .timeout = service.timeout,
                         .holds_tenant_record = estate_.tenants && estate_.tenants->service == service.name});
  }
  orchestrator_ = std::make_unique<erasure::Orchestrator>(
      std::move(endpoints), *jobs_, clock_,
      erasure::OrchestratorSettings{.is_atomic = estate_.erasure.is_atomic,
                                    .give_up_after = patience(estate_.erasure, estate_.archive.has_value())},
      erasure::Directories{.tenants = tenant_directory_.get(), .users = user_directory_.get()}, terms(), &observers_);
  erase_tenant_ = std::make_unique<erasure::EraseTenant>(*orchestrator_);
  erase_user_ = std::make_unique<erasure::EraseUser>(*orchestrator_);
  job_decisions_ = std::make_unique<erasure::JobDecisions>(*job_control_, *orchestrator_);
  if (vault_) archive_sweep_ = std::make_unique<erasure::ArchiveSweep>(*kept_archives_, *vault_);
  if (tenants_) sweep_ = std::make_unique<erasure::SoftDeleteSweep>(tenants_->tenants, *jobs_, *erase_tenant_);
}

erasure::ErasureTerms Assembly::terms() const {
  erasure::ErasureTerms terms{.on_failure = policy_of(estate_.erasure),
                              .needs_approval = estate_.erasure.needs_approval};
  if (!estate_.archive) return terms;
  terms.archive_keys = vault_->keys();
  terms.retention = estate_.archive->retention;
  return terms;
}

archive::KeyRing Assembly::archive_keys() const {
  const auto& archive = *estate_.archive;
  if (archive.keys_file) {
    return archive::KeyRing::parse(Secret(read_file(*archive.keys_file)), archive.keys_file->string());
  }
  return archive::KeyRing::parse(archive.keys, databases_.file().string() + ": archive.keys");
}

const signing::SigningKey& Assembly::evidence_key() {
  std::call_once(has_evidence_key_,
                 [this] { evidence_key_ = cli::evidence_key(estate_, databases_.file(), state_, FirstKey::is_made); });
  return *evidence_key_;
}

audit::Keeper& Assembly::audit() {
  std::call_once(has_audit_, [this] {
    std::vector<pg::Pool*> sources{control_.get()};
    if (tenants_) sources.push_back(tenant_database_.get());
    audit_.emplace(*control_, std::move(sources), evidence_key(), *clock_);
  });
  return *audit_;
}

std::vector<server::HostedService> Assembly::hosted_services() const {
  std::vector<server::HostedService> hosted;
  for (const auto& service : estate_.services) {
    if (std::holds_alternative<estate::Remote>(service.source)) continue;
    hosted.push_back({.name = service.name,
                      .prefix = service.prefix,
                      .user_path = service.user_path,
                      .timeout = service.timeout,
                      .data_store = stores_.at(service.name).get()});
  }
  return hosted;
}

std::optional<pg::ConnectionSettings> Assembly::database_of(const std::string& service) const {
  const auto& found = *estate_.find_service(service);
  const auto* database = std::get_if<estate::Database>(&found.source);
  if (database == nullptr) return std::nullopt;
  return databases_.of(found, *database);
}

std::optional<events::BrokerSettings> Assembly::broker() const {
  if (!estate_.broker) return std::nullopt;
  return events::BrokerSettings{.url = estate_.broker->url, .ca_file = estate_.broker->ca_file};
}

store::PostgresStore& Assembly::postgres_store(const std::string& service) {
  const auto found = postgres_stores_.find(service);
  if (found != postgres_stores_.end()) return *found->second;
  const auto* other = estate_.find_service(service);
  if (other != nullptr && std::holds_alternative<estate::Database>(other->source)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("service {}: its tenants have a schema each, which goes as a whole: `tenure preview` shows "
                            "what is in it",
                            service));
  }
  if (estate_.find_service(service) != nullptr) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("service {}: has no database of its own to plan for", service));
  }
  throw Error(ErrorCode::not_found, fmt::format("service {}: the estate has none of this name", service));
}

void Assembly::ping_database(const std::string& service, const Call& call) const {
  using pg::operator""_sql;
  auto connection = pg::Connection::open(database_of(service).value(), call);
  connection.exec("SELECT 1"_sql);
}

void Assembly::check_archive() const {
  if (!vault_) return;
  try {
    vault_->check_writable();
  } catch (Error& error) {
    throw std::move(
        error.in(fmt::format("{}:{}: archive.directory", databases_.file().string(), estate_.archive->line)));
  }
}

void Assembly::install_control_schema() {
  auto connection = control_->take(Call::within(kInstallTimeout));
  audit::install_schema(*connection);
  jobs::install_schema(*connection);
  events::install_schema(*connection);
  notifications::install_schema(*connection);
  if (answers_) messaging::install_schema(*connection);
  if (users_) identity::install_schema(*connection);
}

void Assembly::install_tenancy_schema() {
  if (!tenants_) return;
  auto connection = tenant_database_->take(Call::within(kInstallTimeout));
  tenancy::install_schema(*connection);
}

}  // namespace tenure::cli
