#pragma once

#include <string>
#include <vector>

#include "base/network.h"
#include "server/http.h"

namespace tenure::server {

/// By what the address of whoever sent the request is counted: IPv4 as it is, of IPv6 the /64. It is that of the
/// connection; where that is one of `proxies`, the last of X-Forwarded-For that is none of them. What a caller wrote
/// there themselves stands before what a proxy adds, and is never reached. Behind a hop that is no address nothing is
/// believed.
std::string client_of(const Request& request, const std::vector<Network>& proxies);

/// Whether the connection is that of one of `proxies`, so that what it says of the request is believed.
bool is_from_proxy(const Request& request, const std::vector<Network>& proxies);

}  // namespace tenure::server
