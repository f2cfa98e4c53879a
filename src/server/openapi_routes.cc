#include "server/openapi_routes.h"

#include "server/openapi.h"

namespace tenure::server {

std::string_view openapi_document() { return kOpenApi; }

void add_openapi_routes(Router& router) {
  router.add({.method = "GET",
              .pattern = "/api/v1/openapi.json",
              .access = AccessRule::of(Permission::read_api_description),
              .handler = [](const Request&) { return Response{.body = std::string(kOpenApi)}; }});
}

}  // namespace tenure::server
