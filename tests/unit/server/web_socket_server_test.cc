// E3: a connection that becomes a WebSocket, and everything that can be wrong with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <semaphore>

#include "server/http_server.h"
#include "tests/support/raw_http.h"
#include "tests/support/web_socket_client.h"

namespace tenure::server {
namespace {

using test::WebSocketClient;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kPath = "/socket";
// More than a client may be behind.
constexpr std::size_t kLarge = 9U << 20U;

/// Says back what it hears; "close" makes it close.
class EchoServer {
 public:
  EchoServer() : server_(settings(), [](const Request&) { return Response{.status = 426, .body = "a page"}; }) {}

  HttpServer& http() { return server_; }
  std::uint16_t port() const { return server_.port(); }
  void wait_for_end() { ended_.acquire(); }
  bool ends_within(std::chrono::seconds patience) { return ended_.try_acquire_for(patience); }

 private:
  HttpServerSettings settings() {
    HttpServerSettings settings;
    settings.socket_path = kPath;
    settings.most_sockets = 2;
    settings.may_open_socket = [](const Request& request) { return request.query_text != "unwelcome"; };
    settings.on_socket = [this](const std::shared_ptr<WebSocket>& socket, const Request&) {
      return WebSocketListener{
          .on_text =
              [socket](const std::string& text) {
                if (text == "large") {
                  socket->send(
                      std::make_shared<const std::string>(encode_frame(Opcode::text, std::string(kLarge, 'x'))));
                  return;
                }
                if (text == "close") {
                  socket->close(CloseCode::forbidden, "as you wish");
                  return;
                }
                socket->send(std::make_shared<const std::string>(encode_frame(Opcode::text, text)));
              },
          .on_end = [this] { ended_.release(); }};
    };
    return settings;
  }

  std::counting_semaphore<8> ended_{0};
  HttpServer server_;
};

TEST(WebSocketServer, TakesAndSendsTexts) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send(Opcode::text, "hello");
  EXPECT_EQ(client.receive()->payload, "hello");
  client.send(Opcode::text, std::string(8192, 'x'));
  EXPECT_EQ(client.receive()->payload.size(), 8192U);
  client.send(Opcode::ping, "are you there");
  const auto pong = client.receive();
  EXPECT_EQ(pong->opcode, Opcode::pong);
  EXPECT_EQ(pong->payload, "are you there");
}

// As a snapshot of thousands of jobs is.
TEST(WebSocketServer, AFrameMayBeAsLargeAsItHasToBe) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send(Opcode::text, "large");
  EXPECT_EQ(client.receive()->payload.size(), kLarge);
  client.send(Opcode::text, "hello");
  EXPECT_EQ(client.receive()->payload, "hello");
}

TEST(WebSocketServer, WhoReadsNothingIsCutOff) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  // What is sent when nobody is there to take it any more is lost without a word.
  for (int text = 0; text < 20000; ++text) client.send(Opcode::text, std::string(8192, 'x'));
  EXPECT_TRUE(server.ends_within(std::chrono::seconds(30))) << "it keeps 160 MB for a client";
}

TEST(WebSocketServer, AnswersACloseAndHangsUp) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send(Opcode::close, "\x03\xE8");
  EXPECT_EQ(client.wait_for_close(), 1000);
  EXPECT_FALSE(client.receive());
  client.cut();
  server.wait_for_end();
}

TEST(WebSocketServer, ClosesWithACodeOfItsOwn) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send(Opcode::text, "close");
  EXPECT_EQ(client.wait_for_close(), 4403);
}

TEST(WebSocketServer, NoticesThatAClientIsGone) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.cut();
  server.wait_for_end();
}

TEST(WebSocketServer, ReservesNothingForAFrameThatIsOnlyAnnounced) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send_raw(std::string_view("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10));
  EXPECT_EQ(client.wait_for_close(), 1009);
}

TEST(WebSocketServer, RefusesWhatIsNoHandshake) {
  EchoServer server;
  const std::string upgrade = "Upgrade: websocket\r\n";
  const auto answer_to = [&](const std::string& headers, std::string_view method = "GET") {
    return test::exchange_raw(server.port(), test::raw_request(method, kPath, headers));
  };
  EXPECT_THAT(answer_to(upgrade), HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(answer_to(upgrade, "POST"), HasSubstr("opened with GET"));
  EXPECT_THAT(answer_to(upgrade), HasSubstr("Connection: does not say Upgrade"));
  // Without asking for one it is a path as any other.
  EXPECT_THAT(answer_to(""), StartsWith("HTTP/1.1 426"));
  EXPECT_THAT(answer_to(""), HasSubstr("a page"));
}

TEST(WebSocketServer, TakesSoManyAndNoMore) {
  EchoServer server;
  const WebSocketClient one(server.port(), kPath);
  const WebSocketClient two(server.port(), kPath);
  try {
    const WebSocketClient three(server.port(), kPath);
    ADD_FAILURE() << "it was taken";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), StartsWith("HTTP/1.1 503"));
  }
}

TEST(WebSocketServer, TakesNoneFromWhomItMayNot) {
  EchoServer server;
  try {
    const WebSocketClient unwelcome(server.port(), std::string(kPath) + "?unwelcome");
    ADD_FAILURE() << "it was taken";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), StartsWith("HTTP/1.1 429"));
  }
}

TEST(WebSocketServer, SaysGoodbyeWhenItStops) {
  EchoServer server;
  WebSocketClient client(server.port(), kPath);
  client.send(Opcode::text, "hello");
  EXPECT_TRUE(client.receive());
  auto stopping = std::async([&] { server.http().stop(Milliseconds(1000)); });
  EXPECT_EQ(client.wait_for_close(), 1001);
  stopping.wait();
  server.wait_for_end();
}

}  // namespace
}  // namespace tenure::server
