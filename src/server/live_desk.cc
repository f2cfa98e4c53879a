#include "server/live_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/pause.h"
#include "server/client_address.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

using nlohmann::json;

constexpr Milliseconds kToIntroduceOneself{10000};
constexpr Milliseconds kBetweenLooks{60000};
constexpr Milliseconds kTick{15000};
constexpr Milliseconds kLookupTimeout{10000};
constexpr std::size_t kWorkers = 2;
constexpr std::size_t kMostWaiting = 1000;

SharedFrame tick() {
  static const auto frame = std::make_shared<const std::string>(encode_frame(Opcode::text, R"({"type":"tick"})"));
  return frame;
}

struct Introduction {
  std::string token;
  std::optional<FeedPosition> after;
};

std::optional<Introduction> introduction_in(const std::string& text) {
  const auto message = json::parse(text, nullptr, false);
  if (!message.is_object() || !message.contains("token") || !message["token"].is_string()) return std::nullopt;
  Introduction introduction{.token = message["token"].get<std::string>(), .after = std::nullopt};
  const auto after = message.value("after", json());
  if (after.is_object() && after.value("feed", json()).is_string() &&
      after.value("number", json()).is_number_integer()) {
    introduction.after =
        FeedPosition{.feed = after["feed"].get<std::string>(), .number = after["number"].get<std::int64_t>()};
  }
  return introduction;
}

CloseCode code_for(int status) {
  if (status == 401) return CloseCode::unauthenticated;
  return status == 403 ? CloseCode::forbidden : CloseCode::try_again_later;
}

}  // namespace

/// One socket. What it holds is guarded by the desk's mutex.
struct LiveDesk::Client {
  std::shared_ptr<WebSocket> socket;
  Request request;                                           ///< that opened it; with the token that is good for it
  std::string address;                                       ///< by what it is counted until it has introduced itself
  Deadline deadline = Deadline::after(kToIntroduceOneself);  ///< for an introduction, then for the next look
  bool is_admitted = false;
  bool has_ended = false;
};

void add_live_route(Router& router) {
  router.add({.method = "GET",
              .pattern = std::string(kFeedPath),
              .access = AccessRule::of(Permission::watch_deletion_jobs),
              .handler = [](const Request& request) {
                auto response = http_problem(426, "this path is for a WebSocket", request.request_id);
                response.headers["Upgrade"] = "websocket";
                return response;
              }});
}

LiveDesk::LiveDesk(LiveFeed& feed, const Gateway& gateway, tenancy::Members* members, std::vector<Network> proxies)
    : feed_(feed),
      gateway_(gateway),
      members_(members),
      proxies_(std::move(proxies)),
      workers_(kWorkers, kMostWaiting),
      keeper_([this](const std::stop_token& stop) { look_after(stop); }) {}

bool LiveDesk::has_room_for(const Request& request) {
  const auto address = client_of(request, proxies_);
  const std::lock_guard guard(mutex_);
  const auto strangers = std::ranges::count_if(
      clients_, [&](const auto& client) { return !client->is_admitted && client->address == address; });
  return std::cmp_less(strangers, kMostStrangers);
}

WebSocketListener LiveDesk::accept(std::shared_ptr<WebSocket> socket, Request request) {
  auto address = client_of(request, proxies_);
  const auto client = std::make_shared<Client>(
      Client{.socket = std::move(socket), .request = std::move(request), .address = std::move(address)});
  client->request.headers.erase("authorization");
  {
    const std::lock_guard guard(mutex_);
    clients_.push_back(client);
  }
  return {.on_text = [this, client](const std::string& text) { take(client, text); },
          .on_end =
              [this, client] {
                {
                  const std::lock_guard guard(mutex_);
                  client->has_ended = true;
                  std::erase(clients_, client);
                }
                feed_.unsubscribe(client->socket);
              }};
}

void LiveDesk::take(const std::shared_ptr<Client>& client, const std::string& text) {
  auto introduction = introduction_in(text);
  if (!introduction) {
    client->socket->close(CloseCode::policy, "expected {\"token\": …}");
    return;
  }
  Request request;
  {
    const std::lock_guard guard(mutex_);
    request = client->request;
  }
  request.headers["authorization"] = "Bearer " + introduction->token;
  const bool is_taken = workers_.try_submit(
      [this, client, request = std::move(request), after = std::move(introduction->after)]() mutable {
        admit(client, std::move(request), after, false);
      });
  if (!is_taken) client->socket->close(CloseCode::try_again_later, "the server is busy");
}

void LiveDesk::admit(const std::shared_ptr<Client>& client, Request request, const std::optional<FeedPosition>& after,
                     bool is_again) {
  const auto admission = gateway_.admit_socket(request, is_again);
  // A look that was ordered before the last token came decides nothing any more. With the mutex held.
  const auto is_old = [&] {
    return is_again && client->request.header("authorization") != request.header("authorization");
  };
  if (!admission.principal) {
    const std::lock_guard guard(mutex_);
    if (is_old()) return;
    client->socket->close(code_for(admission.status), "");
    return;
  }
  try {
    auto viewer = viewer_of(*admission.principal, request);
    const std::lock_guard guard(mutex_);
    if (client->has_ended || is_old()) return;
    client->request = std::move(request);
    client->deadline = Deadline::after(kBetweenLooks);
    client->is_admitted = true;
    feed_.subscribe(client->socket, std::move(viewer), after);
  } catch (const Error&) {
    client->socket->close(CloseCode::try_again_later, "");
  }
}

Viewer LiveDesk::viewer_of(const identity::Principal& principal, const Request& request) const {
  Viewer viewer{.sees_all = principal.is_service() || principal.is_platform_admin};
  if (viewer.sees_all) return viewer;
  viewer.user = principal.user();
  if (members_ == nullptr) return viewer;
  for (const auto& membership : members_->memberships_of(*viewer.user, request.call_within(kLookupTimeout))) {
    const bool runs_it = membership.role == tenancy::Role::owner || membership.role == tenancy::Role::admin;
    if (runs_it) viewer.tenants.insert(membership.tenant);
  }
  return viewer;
}

void LiveDesk::look_after(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pause(kTick, stop);
    std::vector<std::shared_ptr<Client>> clients;
    {
      const std::lock_guard guard(mutex_);
      clients = clients_;
    }
    for (const auto& client : clients) look_at(client);
  }
}

void LiveDesk::look_at(const std::shared_ptr<Client>& client) {
  Request request;
  {
    const std::lock_guard guard(mutex_);
    if (client->has_ended) return;
    if (client->is_admitted) client->socket->send(tick());
    if (!client->deadline.has_passed()) return;
    if (!client->is_admitted) {
      client->socket->close(CloseCode::unauthenticated, "no token came");
      return;
    }
    request = client->request;
  }
  // Too many to look at now: the next tick is soon enough.
  workers_.try_submit([this, client, request = std::move(request)]() mutable {
    admit(client, std::move(request), std::nullopt, true);
  });
}

}  // namespace tenure::server
