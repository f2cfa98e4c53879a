#pragma once

#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "identity/signing_keys.h"
#include "tests/e2e/databases.h"
#include "tests/e2e/server.h"

namespace tenure::e2e {

/// Accounts and tenants of a test's own on a server that keeps both, and requests as each of them. What is made here is
/// made over HTTP, as a product's backend would.
class People {
 public:
  /// All of it outlives this. `control` is the control database's name; `keys` are the server's.
  People(const Server& server, Databases& databases, std::string control, const identity::SigningKeys& keys)
      : server_(server), databases_(databases), control_(std::move(control)), keys_(keys) {}

  /// Somebody with an account and no password.
  UserId person(const std::string& name);
  static std::string address_of(const std::string& name);
  TenantId tenant(const UserId& owner, const std::string& name);
  void join(const TenantId& tenant, const UserId& user, const std::string& role);

  /// As if the person had just logged in.
  Secret token_of(const UserId& user);
  Answer as(const UserId& user, const std::string& method, const std::string& path, const json& body = nullptr,
            std::vector<std::string> headers = {});
  Answer as_service(const std::string& method, const std::string& path, const json& body = nullptr,
                    std::vector<std::string> headers = {}) const;

 private:
  const Server& server_;
  Databases& databases_;
  const std::string control_;
  const identity::SigningKeys& keys_;
  const SystemClock clock_;
};

/// "/api/v1/tenants/{id}" and then `part`.
std::string tenant_path(const TenantId& tenant, const std::string& part = {});

}  // namespace tenure::e2e
