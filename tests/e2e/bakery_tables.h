#pragma once

#include <string>
#include <vector>

#include "base/ids.h"

namespace tenure::e2e {

/// One table of the bakery and whose its rows are, written down from the specification (part A) for the tests: neither
/// the estate file nor the catalog has a say here.
struct BakeryTable {
  std::string name;
  std::string column = "tenant_id";  ///< the tenant, or the key to `parent`
  std::string parent = {};
  std::string unless = {};  ///< rows that stay
  bool is_shared = false;
};

struct BakeryService {
  std::string name;
  std::string prefix;
  std::vector<BakeryTable> tables;  ///< audit_logs apart, which every service has
};

/// The twelve data services.
const std::vector<BakeryService>& bakery_services();
const BakeryService& bakery_service(const std::string& name);

/// The tables of the service, audit_logs last.
std::vector<BakeryTable> tables_of(const BakeryService& service);
/// A condition on the row "r": an erasure of the tenant deletes it.
std::string owned_by(const BakeryService& service, const BakeryTable& table, const TenantId& tenant);

}  // namespace tenure::e2e
