#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/postgres/server/scene.h"
#include "tests/postgres/server/written_permissions.h"

namespace tenure::server {

/// One who calls, as seen from a scene's tenant.
struct Caller {
  std::string name;
  Callers kinds;  ///< all that they are; empty for a caller whose token is worth nothing
  std::optional<Person> person = std::nullopt;
  Secret token = {};

  bool is_service() const { return kinds.has(CallerKind::service); }
};

/// Who a person can be to a scene's tenant.
struct PersonKind {
  std::string_view name;
  UserId Scene::*user;
  Callers kinds;
};
/// A member of each role, another tenant's owner, a platform admin, and a platform admin who is a plain member.
std::span<const PersonKind> person_kinds();
/// Adds their account.
Caller person_of(SmallEstate& estate, const Scene& scene, const PersonKind& kind);
/// One of each kind, in the order of person_kinds.
std::vector<Caller> people_of(SmallEstate& estate, const Scene& scene);
/// Services with a token for the route: made out for the service with its prefix, or for Tenure itself.
std::vector<Caller> services_for(const SmallEstate& estate, const Route& route);

/// Tokens that are well made and worth nothing any more, or not here: an ended session, another person's session, a
/// suspended account, an account that is gone.
std::vector<Caller> former_people(SmallEstate& estate);
/// What no route of a token's may accept: nothing at all, every forgery there is, of a service's and of the owner's
/// token, and tokens for another audience.
std::vector<Caller> impostors(const SmallEstate& estate, const Person& owner, const Route& route);

}  // namespace tenure::server
