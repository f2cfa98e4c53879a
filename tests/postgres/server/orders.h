#pragma once

#include <nlohmann/json.hpp>

#include "tests/postgres/server/callers.h"

namespace tenure::server {

/// A request for `route`, about `scene` and right in every field, as the caller would send it: only who may do what can
/// stand in its way. @throws std::out_of_range for a path parameter that nobody knows a value of.
Request order_for(const Route& route, const Scene& scene, const Caller& caller);

/// Adds a host and headers that name another tenant, another route and another caller.
void mislead(Request& order, const Scene& scene);

/// Makes the scene such that the order can be done: suspends what is to be activated, invites who is to accept, leaves
/// the owner alone with the tenant that is to be deleted.
void prepare(SmallEstate& estate, const WrittenRoute& written, const Scene& scene, const Caller& caller,
             Request& order);

/// What the caller is answered when the order is done. An admin is never alone: the owner administers the tenant too,
/// so deleting it is 409 for them (B1).
int success_of(const WrittenRoute& written, const Caller& caller);

}  // namespace tenure::server
