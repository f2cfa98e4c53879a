#include "bench/one_database.h"

#include <fmt/format.h>

#include <iostream>
#include <map>

namespace tenure::bench {
namespace {

const TenantId kTenant = TenantId::parse("11111111-1111-4111-8111-111111111111");
const TenantId kStranger = TenantId::parse("44444444-4444-4444-8444-444444444444");
constexpr const char* kTenants =
    "'{11111111-1111-4111-8111-111111111111,22222222-2222-4222-8222-222222222222,"
    "33333333-3333-4333-8333-333333333333}'";

std::string with_values(std::string script, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    for (auto at = script.find(name); at != std::string::npos; at = script.find(name, at + value.size())) {
      script.replace(at, name.size(), value);
    }
  }
  return script;
}

std::filesystem::path vault_folder(const Server& server) {
  const auto folder = server.folder() / "vault";
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

OneDatabase::OneDatabase(const Server& server, std::string name, int rows)
    : server_(server),
      name_(std::move(name)),
      vault_(vault_folder(server), archive::KeyRing::parse(archive::KeyRing::generate("bench"))) {
  std::cout << fmt::format("  seeding {} ...", name_) << std::endl;
  const auto bench = source_folder() / "bench";
  const auto schema = script_for(bench / "schemas" / (name_ + ".sql"), kTenant);
  const auto seed = script_for(bench / "scripts" / fmt::format("seed_{}.sql", name_), kTenant);
  server_.create(seeded());
  {
    auto connection = server_.connect(seeded());
    connection.run_script(sql(schema));
    connection.run_script(sql(with_values(seed, {{":tenants", kTenants}, {":rows", std::to_string(rows)}})));
    connection.run_script(
        sql(fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}", kPlainRole)));
  }
  // Tenure's own tables are made once in the life of a database, so that they are part of the seeded state.
  store::PostgresStore first({.connection = server_.settings(seeded()), .rules = {}, .tenant_column = "tenant_id"});
  first.erase({.subject = kStranger}, patient(), {});
  server_.connect(seeded()).run_script(sql(
      fmt::format("GRANT USAGE ON SCHEMA tenure TO {0}; GRANT ALL ON ALL TABLES IN SCHEMA tenure TO {0}", kPlainRole)));
  server_.freeze(seeded());
}

OneDatabase::~OneDatabase() {
  try {
    server_.drop(name_);
    server_.drop(seeded());
  } catch (const std::exception&) {
    return;  // the whole server goes at the end of the run
  }
}

void OneDatabase::reset() const {
  server_.copy(seeded(), name_);
  server_.settle();
}

store::PostgresStoreSettings OneDatabase::settings(const std::string& role) const {
  return {.service = name_, .connection = server_.settings(name_, role), .rules = {}, .tenant_column = "tenant_id"};
}

std::unique_ptr<store::PostgresStore> OneDatabase::store(const std::string& role) const {
  return std::make_unique<store::PostgresStore>(settings(role));
}

std::unique_ptr<store::PostgresStore> OneDatabase::archiving_store(const std::string& role) const {
  auto archiving = settings(role);
  archiving.vault = vault_;
  return std::make_unique<store::PostgresStore>(std::move(archiving));
}

std::int64_t OneDatabase::erase(const std::string& role, const Call& call) const {
  return store::total_of(store(role)->erase({.subject = kTenant}, call, {}).deleted_counts);
}

std::int64_t OneDatabase::erase_in_chunks(const std::string& role, const Call& call) const {
  auto chunked = settings(role);
  chunked.chunks = store::ChunkRules();
  store::PostgresStore store(std::move(chunked));
  return store::total_of(store.erase({.subject = kTenant}, call, {}).deleted_counts);
}

std::int64_t OneDatabase::erase_into_archive(const std::string& role, const Call& call) {
  vault_.remove_job(job_);
  job_ = JobId::random();
  key_ = vault_.keys().wrap(archive::DataKey::random(), job_);
  const store::EraseRequest request{
      .subject = kTenant, .idempotency_key = job_.str(), .job = job_, .epoch = 1, .archive_key = key_};
  return store::total_of(archiving_store(role)->erase(request, call, {}).deleted_counts);
}

std::int64_t OneDatabase::restore(const std::string& role, const Call& call) const {
  const store::RestoreRequest request{.subject = kTenant, .job = job_, .epoch = 2, .archive_key = key_};
  return store::total_of(archiving_store(role)->restore(request, call, {}).restored_counts);
}

std::int64_t OneDatabase::preview(const std::string& role, const Call& call) const {
  return store::total_of(store(role)->preview(kTenant, call).data_counts);
}

pg::Connection OneDatabase::connect(const std::string& role) const {
  return pg::Connection::open(server_.settings(name_, role));
}

void OneDatabase::erase_by_hand(const std::string& role, const Call& call) const {
  auto connection = connect(role);
  connection.bind(call);
  connection.run_script(sql(script_for(source_folder() / "bench" / "scripts" / (name_ + ".sql"), kTenant)));
}

}  // namespace tenure::bench
