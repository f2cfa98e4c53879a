#pragma once

#include <optional>

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// `tenants:`, read in two halves: how a service is read depends on it, and it refers to the services.
class TenantsSection {
 public:
  /// Reads the record, and notes in the Reading which service has managed tenants.
  explicit TenantsSection(const Value& tenants);

  /// Checks the service that the record is in, gives it the schema and the rules of managed tenants, and puts the
  /// record into the estate. For once the services are read.
  void complete(Estate& estate) const;

 private:
  void read_managed();
  void read_unmanaged();
  void add_tenancy(const Service& service, Database& database) const;

  const Fields fields_;
  TenantRecord record_;
};

}  // namespace tenure::estate
