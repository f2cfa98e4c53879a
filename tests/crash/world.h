#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "identity/signing_keys.h"
#include "tests/crash/cluster.h"
#include "tests/crash/node.h"
#include "tests/crash/places.h"
#include "tests/crash/plain_sql.h"
#include "tests/support/rabbitmq.h"
#include "tests/support/temporary_folder.h"

namespace tenure::crash {

/// What an estate file says beside where the data is.
struct EstateOptions {
  bool has_archive = true;
  bool has_folder = true;   ///< the service `attachments`, which keeps no archive
  bool has_broker = false;  ///< messages go over RabbitMQ
  std::string retention = "30d";
  std::string keys = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";  ///< 32 bytes of nothing, as base64url
  std::string erasure = {};                     ///< more of the section `erasure`, as YAML between { and }
  std::string timeout = {};                     ///< of one service's erasure
  std::map<std::string, std::string> via = {};  ///< service → how it is reached; "http": in the process of hold()
  std::string more = {};                        ///< whole sections
};

/// An estate of its own in databases of its own: accounts (the tenant record), orders (fails when told to), media (with
/// files), metering (goes in chunks) and attachments (a folder a tenant), with tenants that nobody is to touch.
class World {
 public:
  World();

  const Places& places() const { return places_; }
  /// A tenant with rows and files in every service.
  std::string add_tenant();
  /// Writes an estate file and returns its path.
  std::string write_estate(const EstateOptions& options);
  /// `failpoints` as in the variable TENURE_FAILPOINT, `bug` as in TENURE_BUG.
  std::unique_ptr<Node> serve(const std::string& estate, const std::string& failpoints = {},
                              const std::string& bug = {}, std::vector<std::string> more = {}) const;
  /// The process that holds a service which an estate reaches by "http", always at the same address.
  std::unique_ptr<Node> hold(const std::string& service, const std::string& failpoints = {});
  Secret token() const;
  /// A virtual host of the test run's RabbitMQ that is this world's alone.
  const test::TestBroker& broker();

  PlainSql control() const { return PlainSql(places_.control); }
  PlainSql database(const std::string& service) const { return PlainSql(places_.databases.at(service)); }

  /// Whether any session but the asking one is in a transaction.
  bool has_open_transactions() const;
  /// As if so much time had passed: leases end, whoever has them, and what waits to be tried again waits no longer.
  void let_leases_run_out() const;
  void let_waits_end() const;
  /// From here on the erasure of the tenant fails in `orders` with this SQLSTATE: "P0001" is refused for good, "57P03"
  /// may pass.
  void make_orders_fail(const std::string& tenant, const std::string& code) const;
  void mend_orders() const;

 private:
  std::unique_ptr<Node> start(std::vector<std::string> arguments, const std::string& failpoints,
                              const std::string& bug) const;

  const test::TemporaryFolder folder_;
  const std::string prefix_;
  Cluster& cluster_ = Cluster::instance();
  Places places_;
  int estates_ = 0;
  const std::string held_at_;  ///< address and port
  std::string estate_of_holder_;
  std::unique_ptr<const test::TestBroker> broker_;
  const SystemClock clock_;
  identity::SigningKeys keys_{folder_.path() / "state" / "keys", clock_};
};

}  // namespace tenure::crash
