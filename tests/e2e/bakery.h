#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "identity/signing_keys.h"
#include "tests/e2e/databases.h"
#include "tests/e2e/server.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

struct SeededTenant {
  TenantId id = TenantId::random();
  std::string name;
};

/// The bakery estate, served by the real binary with its own PostgreSQL: started by the first test that asks for it,
/// stopped after the last one, which fails the run when the exit status is not 0.
class Bakery {
 public:
  static Bakery& instance();
  /// For the end of the run; nothing when no test has asked for it.
  static std::optional<int> stop();

  Server& server() { return *server_; }
  Databases& databases() { return *databases_; }
  const std::filesystem::path& state() const { return state_; }
  const std::filesystem::path& artifacts() const { return artifacts_; }
  const identity::SigningKeys& keys() const { return *keys_; }
  /// What `tenure` needs to work on this estate, and to sign tokens that its server accepts.
  const Environment& environment() const { return environment_; }

  /// A tenant with rows in every table, which no other test gets.
  SeededTenant take_tenant();
  /// One with rows in every table, which no test touches.
  const SeededTenant& neighbour() const { return tenants_.front(); }

  Secret service_token(const std::string& audience = "tenure") const;
  /// Of somebody with an account, who is a member of no tenant.
  Secret user_token(const std::string& audience = "tenure");
  /// Of an account, as if it had just logged in.
  Secret token_of(const UserId& user, const std::string& audience = "tenure");
  /// As a service that may call everything.
  Answer send(const std::string& method, const std::string& path, std::vector<std::string> headers = {});

  /// `tenure` with its keys and estate here.
  test::Finished run(std::vector<std::string> arguments) const;

 private:
  Bakery();
  void seed();

  const test::TemporaryFolder folder_;
  const std::filesystem::path state_ = folder_.path() / "state";
  const std::filesystem::path artifacts_ = folder_.path() / "artifacts";
  Environment environment_;
  const SystemClock clock_;
  std::optional<Server> server_;
  std::optional<Databases> databases_;
  std::optional<identity::SigningKeys> keys_;
  std::vector<SeededTenant> tenants_;
  const UserId stranger_ = UserId::random();
};

inline constexpr const char* kBakeryEstate = TENURE_SOURCE_DIR "/examples/bakery/estate.yaml";

}  // namespace tenure::e2e
