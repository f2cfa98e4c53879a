#pragma once

#include <filesystem>
#include <string>

#include "bench/one_database.h"
#include "bench/server.h"
#include "schemas/migrations/migrator.h"
#include "schemas/provision/provisioner.h"

namespace tenure::bench {

/// The database of a product with a schema a tenant: examples/saas-schemas, 60 tables after 40 migrations.
class SchemaFleet {
 public:
  /// Migrated, with `tenants` schemas called tenant_t1, tenant_t2 …; frozen, so that reset() can copy it.
  SchemaFleet(const Server& server, std::string name, int tenants);
  ~SchemaFleet();
  SchemaFleet(const SchemaFleet&) = delete;
  SchemaFleet& operator=(const SchemaFleet&) = delete;

  /// A fresh copy of it, every page written.
  void reset() const;
  const std::string& name() const { return name_; }
  pg::ConnectionSettings settings() const { return server_.settings(name_); }
  pg::Connection connect() const { return server_.connect(name_); }

  static estate::Isolation isolation();
  schemas::Provisioner provisioner(int ready = 0) const;
  /// The product's migrations, those of `folder` where one is given.
  schemas::MigratorSettings migrations(const std::filesystem::path& folder = {}) const;
  static TenantId tenant(int number);

 private:
  std::string seeded() const { return name_ + "_seeded"; }

  const Server& server_;
  const std::string name_;
};

}  // namespace tenure::bench
