#include "tests/postgres/server/small_estate.h"

#include <fmt/format.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "identity/password.h"
#include "identity/token.h"

namespace tenure::server {
namespace {

constexpr const char* kOrders =
    "create table public.orders (id uuid primary key default gen_random_uuid(), tenant_id uuid not null, created_by "
    "uuid); create index on public.orders (tenant_id)";
constexpr const char* kAlerts =
    "create table public.alerts (id uuid primary key default gen_random_uuid(), tenant_id uuid not null, raised_by "
    "uuid); create index on public.alerts (tenant_id)";

std::string url_of(const test::TestDatabase& database) {
  const auto settings = database.settings();
  std::string url;
  for (const auto& [name, value] : settings.parameters()) url += fmt::format("{}={} ", name, value);
  return url;
}

std::unique_ptr<pg::Connection> connect(const test::TestDatabase& database) {
  return std::make_unique<pg::Connection>(database.connect());
}

pg::Sql of_test(std::string_view text) { return pg::Sql::script_from_operator(std::string(text)); }

const std::string& archive_key_line() {
  static const std::string line = archive::KeyRing::generate("k1").reveal();
  return line;
}

/// All rows of all tables that are not the server's own.
constexpr std::string_view kDigest =
    "select md5(coalesce(string_agg(query_to_xml(format('select * from %I.%I as t order by t::text', schemaname, "
    "tablename), true, false, '')::text, '' order by schemaname, tablename), '')) from pg_tables "
    "where schemaname not in ('pg_catalog', 'information_schema')";

}  // namespace

SmallEstate::SmallEstate(const SmallEstateSettings& settings)
    : control_(connect(control_database_)),
      tenancy_(connect(tenant_database_)),
      orders_(connect(orders_database_)),
      alerts_(connect(alerts_database_)) {
  run(*orders_, kOrders);
  run(*alerts_, kAlerts);
  identity::PasswordHasher cheap({.passes = 1, .memory = crypto_pwhash_MEMLIMIT_MIN});
  password_hash_ = cheap.hash(Secret(std::string(kPassword)), {});
  assembly_ = std::make_unique<cli::Assembly>(
      cli::AssemblySettings{.estate_file = write_estate(settings), .embedded = false, .state = folder_ / "state"});
  assembly_->install_control_schema();
  assembly_->install_tenancy_schema();
  runner_ = std::make_unique<erasure::JobRunner>(assembly_->jobs(), assembly_->orchestrator(),
                                                 erasure::RunnerSettings{.owner = "test"});
  runner_->start();
  api_ = std::make_unique<cli::Api>(*assembly_, cli::ApiSettings{.hosted = assembly_->hosted_services(),
                                                                 .runner = runner_.get(),
                                                                 .log = [this](const AccessLine& line) {
                                                                   const std::lock_guard guard(mutex_);
                                                                   log_.push_back(to_json(line).dump());
                                                                 }});
}

SmallEstate::~SmallEstate() { runner_->stop(Milliseconds(20'000)); }

const archive::KeyRing& SmallEstate::archive_keys() {
  static const auto keys = archive::KeyRing::parse(Secret(archive_key_line()));
  return keys;
}

SmallEstate& SmallEstate::shared() {
  test::cluster();  // so that it is stopped after the estate
  static SmallEstate estate;
  return estate;
}

std::string SmallEstate::write_estate(const SmallEstateSettings& settings) const {
  const auto path = folder_ / "estate.yaml";
  const auto archives = folder_ / "archives";
  std::filesystem::create_directory(archives);
  std::ofstream(path) << "estate: small\n"
                      << "control: {database: \"" << url_of(control_database_) << "\"}\n"
                      << "tenants: {service: tenant, managed: true, base_domains: [bakery.example]}\n"
                      << "users:\n"
                      << settings.users << "archive: {directory: " << archives.string() << ", keys: \""
                      << archive_key_line() << "\"}\n"
                      << "limits:\n"
                      << settings.limits << "services:\n"
                      << "  tenant: {database: \"" << url_of(tenant_database_) << "\"}\n"
                      << "  orders:\n    database: \"" << url_of(orders_database_) << "\"\n"
                      << "    tables: {orders: {user: {column: created_by, action: set_null}}}\n"
                      << "  alert_processor:\n    prefix: alerts\n    user_path: rules/user\n    database: \""
                      << url_of(alerts_database_) << "\"\n"
                      << "    tables: {alerts: {user: {column: raised_by, action: delete}}}\n";
  return path.string();
}

Person SmallEstate::add_person(const UserId& id, bool is_platform_admin) {
  Person person{.id = id, .email = fmt::format("p{}@people.example", id.str()), .session = Uuid::random(), .token = {}};
  in_control(fmt::format(
      "insert into identity.users (id, email, full_name, password_hash, password_changed_at, is_platform_admin) values "
      "('{0}', '{1}', 'Somebody', '{2}', now(), {3}); "
      "insert into identity.sessions (id, user_id, expires_at) values ('{4}', '{0}', now() + interval '1 day')",
      id.str(), person.email, password_hash_, is_platform_admin, person.session.str()));
  person.token = token_of(person);
  return person;
}

Secret SmallEstate::token_of(const Person& person, std::string_view audience) const {
  return identity::issue_user_token(keys(), assembly_->clock(), person.id, person.session, audience);
}

Secret SmallEstate::service_token(std::string_view audience, std::string_view name) const {
  return identity::issue_service_token(keys(), assembly_->clock(), name, audience);
}

void SmallEstate::run(pg::Connection& database, std::string_view script) { database.run_script(of_test(script)); }

std::string SmallEstate::digest() {
  std::string digest;
  for (auto* database : {control_.get(), tenancy_.get(), orders_.get(), alerts_.get()}) {
    digest += database->exec(of_test(kDigest)).text(0, 0);
  }
  return digest;
}

std::vector<std::string> SmallEstate::take_log() {
  const std::lock_guard guard(mutex_);
  return std::exchange(log_, {});
}

}  // namespace tenure::server
