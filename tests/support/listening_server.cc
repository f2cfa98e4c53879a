#include "tests/support/listening_server.h"

#include <utility>

#include "identity/token.h"

namespace tenure::test {

ListeningServer::ListeningServer(server::Router router, server::HttpServerSettings settings, server::RateLimit limit,
                                 server::Directory directory)
    : keys_(folder_.path(), clock_),
      router_(std::move(router)),
      tokens_(keys_, clock_),
      limiter_(limit, clock_),
      addresses_(limit, clock_),
      passwords_(limit, clock_),
      gateway_(router_, tokens_, directory, {.callers = limiter_, .addresses = addresses_, .passwords = passwords_},
               clock_, [this](const auto& line) { note(line); }),
      http_(with_log(std::move(settings)),
            [this](server::Request request) { return gateway_.answer(std::move(request)); }) {}

ListeningServer::ListeningServer(
    const std::function<void(server::Router&, const identity::SigningKeys&, const Clock&)>& add_routes,
    server::Directory directory, server::RateLimit limit)
    : ListeningServer(server::Router(), {}, limit, directory) {
  // Nobody knows the port yet.
  add_routes(router_, keys_, clock_);
}

std::vector<server::AccessLine> ListeningServer::access_lines() const {
  const std::lock_guard guard(mutex_);
  return lines_;
}

Secret ListeningServer::service_token(const std::string& audience) const {
  return identity::issue_service_token(keys_, clock_, "orchestrator", audience);
}

Secret ListeningServer::user_token(const std::string& audience) const {
  return identity::issue_user_token(keys_, clock_, UserId::random(), Uuid::random(), audience);
}

server::HttpServerSettings ListeningServer::with_log(server::HttpServerSettings settings) {
  if (!settings.on_refused) {
    settings.on_refused = [this](const server::RefusedRequest& refused) { gateway_.note_refused(refused); };
  }
  return settings;
}

void ListeningServer::note(const server::AccessLine& line) {
  const std::lock_guard guard(mutex_);
  lines_.push_back(line);
}

}  // namespace tenure::test
