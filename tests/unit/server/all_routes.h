#pragma once

#include "server/router.h"

namespace tenure::server {

/// Every route that the binary can have, to be looked at and not to be called. The one hosted service has a prefix and
/// a user path that read like parameters: /api/v1/{svc}/{user_path}/{user_id}.
Router all_routes();

}  // namespace tenure::server
