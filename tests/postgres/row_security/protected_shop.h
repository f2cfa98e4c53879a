#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "row_security/audit.h"
#include "tests/support/database.h"

namespace tenure::test {

/// A database that keeps its tenants apart as it should: customers and orders by their tenant column, order_items
/// through their order, a shared table of countries, and one of two tenants' rows in each. `app` in a script stands
/// for the application's role, `owner` for that of the tables; both are of this database alone and go with it.
class ProtectedShop {
 public:
  ProtectedShop();
  ~ProtectedShop();
  ProtectedShop(const ProtectedShop&) = delete;
  ProtectedShop& operator=(const ProtectedShop&) = delete;

  /// Runs a script with :app and :owner replaced.
  void run(std::string script) const;
  row_security::AuditSettings settings() const;
  row_security::ServiceAudit audit() const {
    return row_security::audit(settings(), Call::within(Milliseconds(60000)));
  }
  /// "code table" of each gap that an audit finds.
  std::vector<std::string> gaps() const;

  const TestDatabase& database() const { return database_; }
  const std::string& app() const { return app_; }
  /// As the application connects.
  pg::ConnectionSettings as_app() const { return database_.settings().with("user", app_); }

 private:
  TestDatabase database_;
  const std::string app_;
  const std::string owner_;
};

inline constexpr std::string_view kTenantA = "0a000000-0000-4000-8000-00000000000a";
inline constexpr std::string_view kTenantB = "0b000000-0000-4000-8000-00000000000b";

}  // namespace tenure::test
