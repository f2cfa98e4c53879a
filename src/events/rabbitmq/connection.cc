#include "events/rabbitmq/connection.h"

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "events/rabbitmq/failure.h"
#include "events/rabbitmq/properties.h"

namespace tenure::events {
namespace {

constexpr int kHeartbeatSeconds = 10;
constexpr int kFrameBytes = 131072;
constexpr Milliseconds kLongestStep{5000};
constexpr Milliseconds kPoliteClose{500};
constexpr unsigned int kUnacknowledgedMilliseconds = 30000;

timeval timeval_of(Milliseconds time) {
  return {.tv_sec = static_cast<time_t>(time.count() / 1000),
          .tv_usec = static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

Error out_of_memory() { return Error(ErrorCode::unavailable, "out of memory while connecting", Retry::later); }

amqp_socket_t* make_tls_socket(amqp_connection_state_t connection, const BrokerSettings& settings) {
  auto* socket = amqp_ssl_socket_new(connection);
  if (socket == nullptr) throw out_of_memory();
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 1);
  amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  if (!settings.ca_file) {
    SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)));
  } else if (amqp_ssl_socket_set_cacert(socket, settings.ca_file->c_str()) != AMQP_STATUS_OK) {
    throw Error(ErrorCode::unavailable,
                settings.ca_file->string() + ": cannot be read, or holds no certificate of an authority");
  }
  return socket;
}

// A broker that takes nothing any more (its memory or disk is full) would hold up a write for ever.
void limit_writes(int socket) {
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMilliseconds,
               sizeof(kUnacknowledgedMilliseconds));
}

/// "consumer_cancel_notify": a consumer is told when its queue goes.
void log_in(amqp_connection_state_t connection, const BrokerAddress& address, const std::string& doing) {
  std::vector<amqp_table_entry_t> capabilities{true_entry("consumer_cancel_notify")};
  std::vector<amqp_table_entry_t> properties{text_entry("product", "Tenure"),
                                             table_entry("capabilities", table_of(capabilities))};
  const auto property_table = table_of(properties);
  const auto reply = amqp_login_with_properties(connection, address.vhost.c_str(), kChannel, kFrameBytes,
                                                kHeartbeatSeconds, &property_table, AMQP_SASL_METHOD_PLAIN,
                                                address.user.c_str(), address.password.reveal().c_str());
  try {
    check_reply(reply, doing);
  } catch (const Error& error) {
    throw Error(ErrorCode::unavailable, error.what(), Retry::later);
  }
}

}  // namespace

void ConnectionCloser::operator()(amqp_connection_state_t_* connection) const { amqp_destroy_connection(connection); }

void close_politely(BrokerConnection connection) {
  const auto patience = timeval_of(kPoliteClose);
  amqp_set_rpc_timeout(connection.get(), &patience);
  amqp_connection_close(connection.get(), AMQP_REPLY_SUCCESS);
}

timeval time_left(const Call& call) { return timeval_of(std::min(call.deadline.left(), kLongestStep)); }

BrokerConnection open_connection(const BrokerSettings& settings, const Call& call) {
  if (call.deadline.has_passed() || call.stop.stop_requested()) {
    throw Error(ErrorCode::timeout, "the call had ended before it reached the broker", Retry::later);
  }
  const auto address = BrokerAddress::parse(settings.url);
  const auto doing = address.description();
  BrokerConnection connection(amqp_new_connection());
  if (!connection) throw out_of_memory();
  amqp_socket_t* socket = address.is_tls ? make_tls_socket(connection.get(), settings)  //
                                         : amqp_tcp_socket_new(connection.get());
  if (socket == nullptr) throw out_of_memory();
  auto patience = time_left(call);
  if (const int status = amqp_socket_open_noblock(socket, address.host.c_str(), address.port, &patience);
      status != AMQP_STATUS_OK) {
    throw failure_of_status(status, doing);
  }
  limit_writes(amqp_get_sockfd(connection.get()));
  patience = time_left(call);
  amqp_set_handshake_timeout(connection.get(), &patience);
  amqp_set_rpc_timeout(connection.get(), &patience);
  log_in(connection.get(), address, doing);
  amqp_channel_open(connection.get(), kChannel);
  check_reply(connection.get(), doing);
  return connection;
}

}  // namespace tenure::events
