#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "identity/signing_keys.h"
#include "tests/e2e/bakery.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

/// A small estate of a test's own, in new databases of the bakery's cluster, reached by URL as another company's would
/// be: accounts (the tenant record), orders and crm. A service that is down is given up on at once.
class Shop {
 public:
  /// Service → the lines that describe it instead of its database, such as "url: http://…".
  using Overrides = std::map<std::string, std::string>;

  static constexpr const char* kGivesUpAtOnce = "erasure: {give_up_after: 1ms}\n";

  Shop();

  /// Writes an estate file and returns its path.
  /// `more`: further lines of the file's first level.
  std::string write_estate(const std::string& name, const Overrides& overrides = {},
                           const std::string& more = kGivesUpAtOnce) const;
  /// The same with tenants and accounts that Tenure keeps itself; the record is then tenancy.tenants.
  std::string write_managed_estate(const std::string& name, const Overrides& overrides = {}) const;
  /// The `database:` line of a service.
  std::string database_line(const std::string& service) const;
  Server serve(const std::string& estate, std::vector<std::string> more = {},
               const Environment& environment = {}) const;

  /// One row in each table, two order items.
  TenantId add_tenant(const std::string& name);
  std::int64_t count(const std::string& service, const std::string& table, const TenantId& tenant);
  Databases& databases() { return databases_; }
  std::string database(const std::string& service) const { return prefix_ + service; }

  Secret service_token(const std::string& audience = "tenure") const;
  const identity::SigningKeys& keys() const { return keys_; }
  Environment environment() const { return {{"TENURE_HOME", (folder_.path() / "state").string()}}; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::string write(const std::string& name, const std::string& sections, const std::string& of_accounts,
                    const Overrides& overrides) const;

  const test::TemporaryFolder folder_;
  const std::string prefix_;
  Databases& databases_ = Bakery::instance().databases();
  const SystemClock clock_;
  identity::SigningKeys keys_{folder_.path() / "state" / "keys", clock_};
};

/// The shop's schemas by service.
const std::map<std::string, std::string>& shop_schemas();
/// The insertion of a tenant's rows by service.
std::string shop_rows(const std::string& service, const TenantId& tenant, const std::string& name);

}  // namespace tenure::e2e
