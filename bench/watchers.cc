#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <thread>

#include "base/error.h"
#include "base/fd.h"
#include "bench/bakery.h"
#include "bench/benchmarks.h"
#include "server/http_server.h"
#include "server/live_feed.h"

namespace tenure::bench {
namespace {

constexpr int kClients = 200;
constexpr std::chrono::milliseconds kFrame{16};
constexpr const char* kPath = "/live";

/// Browsers, as far as a server notices: each has a WebSocket and reads what has come, as often as it draws.
class Clients {
 public:
  Clients(std::uint16_t port, int count) {
    for (int number = 0; number < count; ++number) sockets_.push_back(open(port));
    thread_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
  }

  /// Bytes that all of them have received.
  std::int64_t received() const { return received_; }

 private:
  static Fd open(std::uint16_t port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request = std::string("GET ") + kPath +
                                " HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      throw Error(ErrorCode::internal, "a benchmark's client could not connect");
    }
    return socket;
  }

  void read(const std::stop_token& stop) {
    std::vector<pollfd> waiting;
    for (const auto& socket : sockets_) waiting.push_back({.fd = socket.get(), .events = POLLIN, .revents = 0});
    std::array<char, 65536> bytes{};
    while (!stop.stop_requested()) {
      if (::poll(waiting.data(), waiting.size(), 100) <= 0) continue;
      for (const auto& socket : waiting) {
        if (socket.revents == 0) continue;
        const auto count = ::recv(socket.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count > 0) received_ += count;
      }
      // They share the cores with what is measured, and to look at 200 sockets for each of them would be most of it.
      std::this_thread::sleep_for(kFrame);
    }
  }

  std::vector<Fd> sockets_;
  std::atomic<std::int64_t> received_ = 0;
  std::jthread thread_;
};

server::HttpServerSettings settings_for(server::LiveFeed& feed) {
  server::HttpServerSettings settings;
  settings.socket_path = kPath;
  settings.on_socket = [&feed](const std::shared_ptr<server::WebSocket>& socket, const server::Request&) {
    feed.subscribe(socket, {.sees_all = true}, std::nullopt);
    return server::WebSocketListener{.on_text = {}, .on_end = [&feed, socket] { feed.unsubscribe(socket); }};
  };
  return settings;
}

/// The feed of one assembly, and everybody who watches it.
struct Audience {
  explicit Audience(cli::Assembly& assembly)
      : feed(assembly.jobs(), assembly.control().settings()),
        http(settings_for(feed), [](const server::Request&) { return server::Response{.status = 404, .body = {}}; }),
        clients(http.port(), kClients) {
    while (feed.viewers() < kClients) std::this_thread::yield();
  }

  server::LiveFeed feed;
  server::HttpServer http;
  Clients clients;
};

}  // namespace

std::vector<Comparison> watchers(const Server& server, const Scale& scale) {
  Bakery bakery(server, scale.rows(250'000));
  Comparison comparison{.name = "watchers, 200 of one job", .target = 1.1};
  std::unique_ptr<cli::Assembly> assembly;
  std::unique_ptr<Audience> audience;
  const auto start_anew = [&] {
    audience.reset();
    assembly.reset();
    bakery.reset();
    assembly = bakery.assemble();
    assembly->install_control_schema();
  };
  measure_pairs(comparison, scale.pairs,
                {[&] {
                   start_anew();
                   audience = std::make_unique<Audience>(*assembly);
                 },
                 [&] {
                   bakery.erase(*assembly, [&](const auto& event) { audience->feed.note(event); });
                   // Each of them was told of every service, and of the job itself.
                   if (audience->clients.received() < std::int64_t{kClients} * 10'000) {
                     throw Error(ErrorCode::internal, "those who watched saw too little");
                   }
                 }},
                {start_anew, [&] { bakery.erase(*assembly); }});
  audience.reset();
  return {comparison};
}

}  // namespace tenure::bench
