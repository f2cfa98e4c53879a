#include "identity/jwks.h"
#include "server/auth_routes.h"

namespace tenure::server {

void add_key_routes(Router& router, const identity::SigningKeys& keys) {
  for (const auto* pattern : {"/.well-known/jwks.json", "/api/v1/auth/jwks.json"}) {
    router.add({.method = "GET",
                .pattern = pattern,
                .access = AccessRule::of(Permission::read_keys),
                .handler = [&keys](const Request&) {
                  Response response{.content_type = "application/jwk-set+json", .body = identity::jwks_of(keys)};
                  response.headers["Cache-Control"] = "public, max-age=300";
                  return response;
                }});
  }
}

}  // namespace tenure::server
