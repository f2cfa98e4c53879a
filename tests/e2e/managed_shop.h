#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "tests/e2e/people.h"
#include "tests/e2e/shop.h"

namespace tenure::e2e {

/// A shop whose tenants and accounts Tenure keeps, served until the test stops it.
class ManagedShop : public ::testing::Test {
 protected:
  ManagedShop() { start(); }

  /// A lock held longer than this fails crm.
  std::string estate() const {
    return shop_.write_managed_estate("managed.yaml", {{"crm", shop_.database_line("crm") + "\n    timeout: 1s"}});
  }
  void start() {
    server_.reset();
    server_.reset(new Server(shop_.serve(estate())));
    people_.emplace(*server_, shop_.databases(), shop_.database("control"), shop_.keys());
  }
  /// As the out-of-memory killer would. Its leases end at once instead of after their fifteen seconds.
  void kill() {
    server_->kill();
    databases_.run(control_, "UPDATE tenure.deletion_jobs SET lease_until = now() WHERE lease_until > now()");
  }
  People& people() { return *people_; }

  /// A tenant with a row in crm, and an order with two items.
  TenantId tenant_with_data(const UserId& owner, const std::string& name) {
    const auto tenant = people().tenant(owner, name);
    for (const auto* service : {"crm", "orders"}) {
      databases_.run(shop_.database(service), shop_rows(service, tenant, name));
    }
    return tenant;
  }
  std::int64_t data_of(const TenantId& tenant) {
    return shop_.count("crm", "contacts", tenant) + shop_.count("orders", "orders", tenant);
  }
  bool has_record(const TenantId& tenant) {
    return databases_.count(accounts_, "tenancy.tenants", "id = '" + tenant.str() + "'") == 1;
  }
  /// Somebody works on a table: rows can be read and not deleted, until the session ends its transaction.
  pg::Connection lock(const std::string& service, const std::string& table) {
    auto session = databases_.connect(shop_.database(service));
    session.run_script(sql_of_test("BEGIN; LOCK TABLE " + table + " IN SHARE MODE"));
    return session;
  }
  static void unlock(pg::Connection& session) { session.run_script(sql_of_test("ROLLBACK")); }

  void wait_for_status(const std::string& job, const std::string& status) {
    databases_.wait_until(control_,
                          "(SELECT status FROM tenure.deletion_jobs WHERE id = '" + job + "') = '" + status + "'");
  }

  Shop shop_;
  Databases& databases_ = shop_.databases();
  const std::string control_ = shop_.database("control");
  const std::string accounts_ = shop_.database("accounts");
  std::unique_ptr<Server> server_;
  std::optional<People> people_;
};

}  // namespace tenure::e2e
