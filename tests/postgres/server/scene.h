#pragma once

#include <string>

#include "tests/postgres/server/small_estate.h"

namespace tenure::server {

/// A tenant with a member of each role, another tenant with an owner of its own, and what there is to read and change
/// around them. Its people have accounts only where SmallEstate::add_person is told their ids.
struct Scene {
  TenantId tenant = TenantId::random();
  std::string name = "Forn " + tenant.str();
  UserId owner = UserId::random(), admin = UserId::random(), manager = UserId::random(), member = UserId::random(),
         readonly = UserId::random();
  UserId spare = UserId::random();  ///< a plain member, whom others change and remove
  UserId heir = UserId::random();   ///< another admin, with an account
  TenantId other_tenant = TenantId::random();
  UserId stranger = UserId::random();   ///< its owner
  UserId operator_ = UserId::random();  ///< a platform admin, who belongs nowhere
  UserId target = UserId::random();     ///< has an account and belongs nowhere
  JobId job = JobId::random();          ///< a deletion of the tenant that failed
  Uuid invitation = Uuid::random();
  std::string domain = tenant.str().substr(0, 8) + ".shops.example";

  /// Writes all of it.
  explicit Scene(SmallEstate& estate);
};

}  // namespace tenure::server
