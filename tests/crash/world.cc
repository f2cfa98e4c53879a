#include "tests/crash/world.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <random>

#include "base/ids.h"
#include "identity/token.h"
#include "tests/crash/schemas.h"

namespace tenure::crash {
namespace {

constexpr int kNeighbours = 2;

std::string next_prefix() {
  static std::atomic<int> next{0};
  return fmt::format("world_{}_", ++next);
}

/// Below those that the system gives to connections, so that it is free again after whoever had it has died.
std::string free_address() {
  constexpr int kFirst = 20000;
  constexpr int kLast = 32000;
  std::random_device random;
  for (;;) {
    const int port = std::uniform_int_distribution<int>(kFirst, kLast)(random);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool is_free = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    if (is_free) return fmt::format("127.0.0.1:{}", port);
  }
}

}  // namespace

World::World() : prefix_(next_prefix()), held_at_(free_address()) {
  const auto make = [&](const std::string& name) {
    cluster_.create_database(prefix_ + name);
    return cluster_.url(prefix_ + name);
  };
  places_.control = make("control");
  places_.record = "accounts";
  places_.databases[places_.record] = make(places_.record);
  for (const auto& [service, schema] : schemas()) {
    places_.databases[service] = make(service);
    database(service).run(schema);
  }
  places_.folders = {{"media", folder_ / "media"}, {"attachments", folder_ / "attachments"}};
  places_.archives = folder_ / "archives";
  for (const auto& [service, folder] : places_.folders) std::filesystem::create_directories(folder);
  std::filesystem::create_directories(places_.archives);
  // The first start makes the program's own tables.
  auto first = serve(write_estate({}));
  if (!first->ask("GET", "/health/live", token())) throw std::runtime_error(first->errors());
  first->send_signal(SIGTERM);
  if (first->wait() != 0) throw std::runtime_error(first->errors());
  for (int number = 0; number < kNeighbours; ++number) add_tenant();
}

std::string World::add_tenant() {
  const auto tenant = TenantId::random().str();
  database("accounts").run(record_of(tenant));
  for (const auto& [service, schema] : schemas()) database(service).run(rows_of(service, tenant));
  for (const auto& [service, folder] : places_.folders) {
    for (const auto& [name, content] : files_of(service, tenant)) {
      std::filesystem::create_directories((folder / name).parent_path());
      std::ofstream(folder / name) << content;
    }
  }
  return tenant;
}

std::string World::write_estate(const EstateOptions& options) {
  const auto path = folder_.path() / fmt::format("estate_{}.yaml", ++estates_);
  std::ofstream file(path);
  file << "estate: crash\ncontrol: {database: \"" << places_.control << "\"}\n"
       << "tenants: {service: accounts, managed: true}\n"
       << fmt::format("defaults: {{last: [audit_logs]{}{}}}\n",
                      options.timeout.empty() ? "" : ", timeout: ", options.timeout);
  if (options.has_broker) file << fmt::format("broker: {{url: \"{}\"}}\n", broker().url());
  if (options.has_archive) {
    file << fmt::format("archive: {{directory: \"{}\", keys: \"{}\", retention: {}}}\n", places_.archives.string(),
                        options.keys, options.retention);
  }
  file << fmt::format("erasure: {{chunk_rows: {}{}{}}}\n", kChunkRows, options.erasure.empty() ? "" : ", ",
                      options.erasure)
       << options.more << "services:\n";
  const auto add_via = [&](const std::string& service) {
    const auto via = options.via.find(service);
    if (via == options.via.end()) return;
    file << "    via: " << (via->second == "http" ? "http://" + held_at_ : via->second) << "\n";
  };
  for (const auto& [service, url] : places_.databases) {
    file << "  " << service << ":\n    database: \"" << url << "\"\n" << rules_of(service, places_.folders["media"]);
    add_via(service);
  }
  if (!options.has_folder) return path.string();
  file << "  attachments:\n    directory: \"" << places_.folders["attachments"].string() << "\"\n";
  add_via("attachments");
  return path.string();
}

std::unique_ptr<Node> World::serve(const std::string& estate, const std::string& failpoints, const std::string& bug,
                                   std::vector<std::string> more) const {
  more.insert(more.end(), {"--estate", estate, "--listen", "127.0.0.1:0"});
  return start(std::move(more), failpoints, bug);
}

std::unique_ptr<Node> World::hold(const std::string& service, const std::string& failpoints) {
  if (estate_of_holder_.empty()) estate_of_holder_ = write_estate({});
  return start({"--estate", estate_of_holder_, "--listen", held_at_, "--service", service}, failpoints, {});
}

std::unique_ptr<Node> World::start(std::vector<std::string> arguments, const std::string& failpoints,
                                   const std::string& bug) const {
  return std::make_unique<Node>(arguments, test::Environment{{"TENURE_HOME", (folder_.path() / "state").string()},
                                                             {"TENURE_FAILPOINT", failpoints},
                                                             {"TENURE_BUG", bug}});
}

const test::TestBroker& World::broker() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (!broker_) broker_ = std::make_unique<const test::TestBroker>();
  return *broker_;
}

Secret World::token() const { return identity::issue_service_token(keys_, clock_, "crash", "tenure"); }

bool World::has_open_transactions() const {
  return control().value(
             "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND xact_start IS NOT NULL AND "
             "datname LIKE split_part(current_database(), '_control', 1) || '\\_%')") == "t";
}

void World::let_leases_run_out() const {
  control().run("UPDATE tenure.deletion_jobs SET lease_until = clock_timestamp() WHERE lease_owner IS NOT NULL");
}

void World::let_waits_end() const {
  control().run("UPDATE tenure.deletion_jobs SET not_before = clock_timestamp() WHERE not_before > clock_timestamp()");
}

void World::make_orders_fail(const std::string& tenant, const std::string& code) const {
  database("orders").run(fmt::format("INSERT INTO testing.faults VALUES ('{}', '{}')", tenant, code));
}

void World::mend_orders() const { database("orders").run("DELETE FROM testing.faults"); }

}  // namespace tenure::crash
