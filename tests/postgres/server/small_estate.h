#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "archive/keys.h"
#include "cli/api.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::server {

/// Somebody with an account who has logged in.
struct Person {
  UserId id = UserId::random();
  std::string email;
  Uuid session = Uuid::random();
  Secret token;
};

/// What a test's estate file says beside its services.
struct SmallEstateSettings {
  std::string users = "  managed: true\n  pseudonym_key: bicycles-and-more\n";
  std::string limits = "  requests_per_second: 1000000\n  burst: 1000000\n  logins_per_minute: 1000000\n";
};

/// An estate of three services whose tenants are managed, on real databases, answered by every route and filter of the
/// product: tenant, orders, and alert_processor, which has the prefix "alerts" and the user path "rules/user".
class SmallEstate {
 public:
  static constexpr std::string_view kPassword = "correct horse battery";

  explicit SmallEstate(const SmallEstateSettings& settings = {});
  ~SmallEstate();
  SmallEstate(const SmallEstate&) = delete;
  SmallEstate& operator=(const SmallEstate&) = delete;

  /// The one of tests that make their own rows and look at nothing else.
  static SmallEstate& shared();

  Response answer(Request request) { return api_->answer(std::move(request)); }
  void note_refused(const RefusedRequest& refused) { api_->note_refused(refused); }
  const cli::Api& api() const { return *api_; }
  cli::Assembly& assembly() { return *assembly_; }
  const identity::SigningKeys& keys() const { return assembly_->keys(); }

  /// What archives' keys are wrapped with.
  static const archive::KeyRing& archive_keys();

  /// An account with kPassword and a session.
  Person add_person(const UserId& id = UserId::random(), bool is_platform_admin = false);
  /// A new token of the session.
  Secret token_of(const Person& person, std::string_view audience = "tenure") const;
  Secret service_token(std::string_view audience = "tenure", std::string_view name = "shop") const;

  /// Runs a script written in the test.
  void in_control(std::string_view script) { run(*control_, script); }
  void in_tenancy(std::string_view script) { run(*tenancy_, script); }
  void in_orders(std::string_view script) { run(*orders_, script); }
  /// A digest over every row of all four databases.
  std::string digest();
  /// The access log since it was last taken, as it is written.
  std::vector<std::string> take_log();

 private:
  static void run(pg::Connection& database, std::string_view script);
  std::string write_estate(const SmallEstateSettings& settings) const;

  const test::TemporaryFolder folder_;
  const test::TestDatabase control_database_, tenant_database_, orders_database_, alerts_database_;
  std::unique_ptr<pg::Connection> control_, tenancy_, orders_, alerts_;
  std::string password_hash_;
  std::mutex mutex_;
  std::vector<std::string> log_;  // guarded by mutex_
  std::unique_ptr<cli::Assembly> assembly_;
  std::unique_ptr<erasure::JobRunner> runner_;
  std::unique_ptr<cli::Api> api_;
};

}  // namespace tenure::server
