#pragma once

#include <amqp.h>

#include <string_view>

#include "base/error.h"

/// What librabbitmq and the broker say went wrong, as Error. Only for this folder's .cc files.
namespace tenure::events {

/// Of a library's status below 0, which ends the connection. Error(unavailable, retry later).
Error failure_of_status(int status, std::string_view doing);

/// Of a call that the broker answers. `connection` is only asked for its reply.
/// @throws Error(unavailable) when the connection is gone or the broker closed it, Error(refused) when the broker
/// refuses the call for good, Error(not_found) when what it names is not there.
void check_reply(amqp_connection_state_t connection, std::string_view doing);
void check_reply(const amqp_rpc_reply_t& reply, std::string_view doing);

/// Of a channel or connection that the broker closed.
Error failure_of_close(int code, amqp_bytes_t text, std::string_view doing);

}  // namespace tenure::events
