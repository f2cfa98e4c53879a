#include "tests/e2e/bakery.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <stdexcept>

#include "archive/keys.h"
#include "identity/token.h"
#include "tests/support/paths.h"

namespace tenure::e2e {
namespace {

constexpr int kTenants = 18;
constexpr const char* kRowsATenant = "500";

std::unique_ptr<Bakery>& bakery() {
  static std::unique_ptr<Bakery> instance;
  return instance;
}

/// Part of the run, so that a server that does not stop as it should is a failure.
class StopsTheBakery final : public ::testing::Environment {
 public:
  void TearDown() override { EXPECT_EQ(Bakery::stop().value_or(0), 0) << "the server did not stop cleanly on SIGTERM"; }
};

[[maybe_unused]] const auto* const kStopsTheBakery = ::testing::AddGlobalTestEnvironment(new StopsTheBakery);

}  // namespace

Bakery& Bakery::instance() {
  if (!bakery()) bakery().reset(new Bakery);
  return *bakery();
}

std::optional<int> Bakery::stop() {
  if (!bakery()) return std::nullopt;
  const int status = bakery()->server_->stop();
  if (status != 0) std::cerr << bakery()->server_->errors();
  bakery().reset();
  return status;
}

Bakery::Bakery() {
  const auto vault = folder_.path() / "vault";
  const auto keys = folder_.path() / "ring";
  std::filesystem::create_directories(artifacts_);
  std::filesystem::create_directories(vault);
  std::ofstream(keys) << archive::KeyRing::generate("k1").reveal() << "\n";
  environment_ = {{"ARCHIVE_KEYS_FILE", keys.string()},
                  {"ARCHIVE_ROOT", vault.string()},
                  {"ARTIFACT_ROOT", artifacts_.string()},
                  {"PSEUDONYM_KEY", "a key for the tests only"},
                  {"TENURE_HOME", state_.string()}};
  server_.emplace(std::vector<std::string>{"--embedded", "--estate", kBakeryEstate, "--listen", "127.0.0.1:0"},
                  environment_);
  databases_.emplace(server_->databases());
  keys_.emplace(state_ / "keys", clock_);
  seed();
}

void Bakery::seed() {
  std::vector<std::string> command{"python3",         TENURE_SOURCE_DIR "/examples/bakery/seed.py",
                                   "--dsn",           databases_->url("{database}"),
                                   "--artifact-root", artifacts_.string(),
                                   "--rows",          kRowsATenant};
  for (int number = 1; number <= kTenants; ++number) {
    tenants_.push_back({.name = fmt::format("Le Four d'Or n° {}", number)});
    command.insert(command.end(), {"--tenant", tenants_.back().id.str() + "=" + tenants_.back().name});
  }
  const auto seeded = test::run_process(std::move(command), {.environment = {{"PYTHONDONTWRITEBYTECODE", "1"}}});
  if (seeded.status != 0) throw std::runtime_error("seed.py: " + seeded.errors);
  databases_->run("control", fmt::format("INSERT INTO identity.users (id, email, full_name) VALUES ('{0}', "
                                         "'{0}@nowhere.example', 'Nobody''s Member')",
                                         stranger_.str()));
}

SeededTenant Bakery::take_tenant() {
  // The last one is nobody's: there is always a neighbour.
  if (tenants_.size() < 2) throw std::runtime_error("all seeded tenants are taken; seed more");
  auto tenant = tenants_.back();
  tenants_.pop_back();
  return tenant;
}

Secret Bakery::service_token(const std::string& audience) const {
  return identity::issue_service_token(*keys_, clock_, "e2e", audience);
}

Secret Bakery::user_token(const std::string& audience) { return token_of(stranger_, audience); }

Secret Bakery::token_of(const UserId& user, const std::string& audience) {
  const auto session = Uuid::random();
  databases_->run("control", fmt::format("INSERT INTO identity.sessions (id, user_id, expires_at) VALUES ('{}', '{}', "
                                         "now() + interval '1 day')",
                                         session.str(), user.str()));
  return identity::issue_user_token(*keys_, clock_, user, session, audience);
}

Answer Bakery::send(const std::string& method, const std::string& path, std::vector<std::string> headers) {
  return server_->send(method, path, service_token(), std::move(headers));
}

test::Finished Bakery::run(std::vector<std::string> arguments) const {
  return run_tenure(std::move(arguments), environment_);
}

}  // namespace tenure::e2e
