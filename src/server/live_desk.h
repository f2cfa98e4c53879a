#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/network.h"
#include "server/gateway.h"
#include "server/live_feed.h"
#include "server/web_socket.h"
#include "server/worker_pool.h"
#include "tenancy/members.h"

namespace tenure::server {

inline constexpr std::string_view kFeedPath = "/api/v1/live";

/// GET /api/v1/live without a WebSocket: 426, for those who may open one.
void add_live_route(Router& router);

/// Lets people in to the feed. A socket is open to anyone and says nothing until its client has sent an access token,
/// within ten seconds; in a message and not in the address, which proxies log:
///
///     {"token": "…", "after": {"feed": "…", "number": 17}}
///
/// `after` is absent the first time. The same message with another token renews it. The token is looked at again every
/// minute, by the filters that every request passes, so that a session that has ended sees no more. Whoever is refused
/// is cut off with CloseCode::unauthenticated, forbidden, or try_again_later. Every 15 seconds comes {"type": "tick"}:
/// who hears nothing for longer has lost the connection.
///
/// Of one address at most kMostStrangers sockets wait for their introduction, so that nobody takes all that there are.
class LiveDesk {
 public:
  static constexpr std::size_t kMostStrangers = 20;

  /// All outlives it; `members` is null where tenants are not managed. @param proxies as client_of takes them
  LiveDesk(LiveFeed& feed, const Gateway& gateway, tenancy::Members* members, std::vector<Network> proxies = {});
  LiveDesk(const LiveDesk&) = delete;
  LiveDesk& operator=(const LiveDesk&) = delete;

  /// For HttpServerSettings::may_open_socket.
  bool has_room_for(const Request& request);
  /// For HttpServerSettings::on_socket.
  WebSocketListener accept(std::shared_ptr<WebSocket> socket, Request request);

 private:
  struct Client;

  void take(const std::shared_ptr<Client>& client, const std::string& text);
  void admit(const std::shared_ptr<Client>& client, Request request, const std::optional<FeedPosition>& after,
             bool is_again);
  Viewer viewer_of(const identity::Principal& principal, const Request& request) const;
  void look_after(const std::stop_token& stop);
  void look_at(const std::shared_ptr<Client>& client);

  LiveFeed& feed_;
  const Gateway& gateway_;
  tenancy::Members* const members_;
  const std::vector<Network> proxies_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Client>> clients_;  // guarded by mutex_
  WorkerPool workers_;
  std::jthread keeper_;  // last: it uses all of the above
};

}  // namespace tenure::server
