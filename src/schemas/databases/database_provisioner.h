#pragma once

#include <string>

#include "estate/estate.h"
#include "pg/connection.h"
#include "pg/settings.h"
#include "schemas/databases/tenant_databases.h"
#include "schemas/provision/space_provisioner.h"

namespace tenure::schemas {

/// Makes the databases of tenants by CREATE DATABASE … TEMPLATE of the reference. That cannot be in a transaction, so a
/// record that says `making` comes first, the database is made under a name that no other has, and one transaction
/// gives it its own name and makes the record `live`. Whoever is killed in between leaves a record that the next call
/// for any tenant of the service clears away, with its database.
class DatabaseProvisioner final : public SpaceProvisioner {
 public:
  /// `database`: the service's own, where the registry is.
  DatabaseProvisioner(pg::ConnectionSettings database, estate::Isolation isolation)
      : database_(std::move(database)), isolation_(std::move(isolation)) {}

  /// @throws as SpaceProvisioner, and Error(conflict, later) while somebody is connected to the reference.
  Provisioned provision(const NewSchema& wanted, const Call& call) override;
  std::optional<Place> place_of(const TenantId& tenant, const Call& call) override;
  /// None waits for a tenant.
  int fill_pool(const Call& /*call*/) override { return 0; }
  void take_back(const TenantId& tenant, const Call& call) override;

 private:
  pg::Connection open(const std::string& name, const Call& call) const;
  void clear_away(pg::Connection& connection, const TenantId& mine, const Call& call) const;
  std::string name_for(pg::Connection& connection, const NewSchema& wanted) const;
  TenantDatabase begin_making(pg::Connection& connection, const NewSchema& wanted) const;
  void make(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant, const Call& call) const;
  bool is_unused(pg::Connection& connection, const TenantDatabase& database, const Call& call) const;

  const pg::ConnectionSettings database_;
  const estate::Isolation isolation_;
};

}  // namespace tenure::schemas
