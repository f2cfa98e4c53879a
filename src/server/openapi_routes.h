#pragma once

#include <string_view>

#include "server/router.h"

namespace tenure::server {

/// The document at src/server/openapi.json, as it is embedded in the binary.
std::string_view openapi_document();

/// GET /api/v1/openapi.json, public.
void add_openapi_routes(Router& router);

}  // namespace tenure::server
