#include "server/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "http/client.h"
#include "tests/support/raw_http.h"

namespace tenure::server {
namespace {

using test::exchange_raw;
using test::raw_request;

Call soon() { return Call::within(Milliseconds(20'000)); }

Response text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain", .body = std::move(body), .headers = {}};
}

Response echo(const Request& request) {
  return text(200, request.method + " " + request.path + " ?" + request.query_text + " " + request.body);
}

TEST(HttpServer, ListensOnAFreePortAndAnswers) {
  const HttpServer server({}, echo);
  EXPECT_NE(server.port(), 0);
  const auto answer = http::send({.url = server.url() + "/a?b=c"}, soon());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a ?b=c ");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain");
}

TEST(HttpServer, HandsHeadersOverInLowerCase) {
  Request seen;
  const HttpServer server({}, [&](const Request& request) {
    seen = request;
    return text(200, "");
  });
  http::send({.url = server.url() + "/", .headers = {"X-ONE: 1", "x-two: a", "X-Two: b"}, .bearer = Secret("t")},
             soon());
  EXPECT_EQ(seen.header("x-one"), "1");
  EXPECT_EQ(seen.header("x-two"), "a, b");
  EXPECT_EQ(seen.header("authorization"), "Bearer t");
  EXPECT_EQ(seen.remote_address, "127.0.0.1");
}

TEST(HttpServer, AnswersHeadWithTheLengthButNoBody) {
  const HttpServer server({}, [](const Request&) { return text(200, "twelve bytes"); });
  const auto answer = exchange_raw(server.port(), raw_request("HEAD", "/"));
  EXPECT_NE(answer.find("Content-Length: 12"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("twelve"), std::string::npos) << answer;
}

TEST(HttpServer, KeepsAConnectionForTheNextRequest) {
  const HttpServer server({}, echo);
  const auto answer = exchange_raw(
      server.port(), "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answer.find("/one"), answer.find("/two")) << answer;
  EXPECT_NE(answer.find("/two"), std::string::npos) << answer;
}

TEST(HttpServer, NeverTakesTheBodyOfAnUpgradeForARequest) {
  std::atomic<int> requests = 0;
  const HttpServer server({}, [&](const Request& request) {
    ++requests;
    return echo(request);
  });
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string upgrade = "GET /one HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  for (const auto& length : {std::string(), "Content-Length: " + std::to_string(smuggled.size()) + "\r\n"}) {
    requests = 0;
    const auto answer = exchange_raw(server.port(), upgrade + length + "\r\n" + smuggled);
    EXPECT_EQ(answer.find("GET /smuggled ?"), std::string::npos) << answer;
    EXPECT_EQ(requests, 1) << answer;
  }
}

struct Refused {
  std::string name;
  std::string bytes;
  int status;
};

TEST(HttpServer, AnswersWhatIsTooLargeOrNotHttpWithAProblem) {
  HttpServerSettings settings;
  settings.largest_body = 1000;
  settings.longest_target = 300;
  settings.longest_header = 500;
  settings.most_headers = 20;
  std::mutex mutex;
  RefusedRequest told;
  settings.on_refused = [&](const RefusedRequest& one) {
    const std::lock_guard guard(mutex);
    told = one;
  };
  const HttpServer server(settings, echo);
  std::string many_headers;
  for (int i = 0; i < 30; ++i) many_headers += "X-" + std::to_string(i) + ": 1\r\n";
  const auto chunk = "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n";
  const std::vector<Refused> refused = {
      {"a body over the limit", raw_request("POST", "/", "", std::string(1001, 'x')), 413},
      {"a body over the limit, announced only", raw_request("POST", "/", "Content-Length: 100000000000\r\n"), 413},
      {"chunks over the limit", raw_request("POST", "/", "Transfer-Encoding: chunked\r\n") + chunk, 413},
      {"a long path", raw_request("GET", "/" + std::string(300, 'a')), 414},
      {"a long header", raw_request("GET", "/", "X-Long: " + std::string(501, 'a') + "\r\n"), 431},
      {"an enormous header", raw_request("GET", "/", "X-Long: " + std::string(200'000, 'a') + "\r\n"), 431},
      {"a long header name", raw_request("GET", "/", "X-" + std::string(300, 'a') + ": 1\r\n"), 431},
      {"many headers", raw_request("GET", "/", many_headers), 431},
      {"not HTTP", "\x16\x03\x01\x02\x01 hello\r\n\r\n", 400},
      {"an unknown method", raw_request("FROBNICATE", "/"), 400},
      {"a header with a blank in its name", raw_request("GET", "/", "X Y: 1\r\n"), 400},
      {"two lengths", raw_request("POST", "/", "Content-Length: 1\r\nContent-Length: 2\r\n") + "ab", 400},
      {"a length and chunks",
       raw_request("POST", "/", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
  };
  std::set<std::string> ids;
  for (const auto& [name, bytes, status] : refused) {
    const auto answer = exchange_raw(server.port(), bytes);
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + std::to_string(status)) << name << ": " << answer;
    const auto body =
        nlohmann::json::parse(answer.substr(std::min(answer.find("\r\n\r\n"), answer.size())), nullptr, false);
    EXPECT_EQ(body.is_object() ? body.value("status", 0) : 0, status) << name << ": " << answer;
    const std::lock_guard guard(mutex);
    EXPECT_EQ(told.status, status) << name;
    EXPECT_EQ(body.is_object() ? body.value("request_id", "") : "", told.request_id) << name;
    EXPECT_NE(answer.find("\r\nX-Request-Id: " + told.request_id + "\r\n"), std::string::npos) << name;
    EXPECT_TRUE(ids.insert(told.request_id).second) << name;
  }
  EXPECT_EQ(http::send({.url = server.url() + "/still-there"}, soon()).status, 200);
}

TEST(HttpServer, AcceptsWhatIsJustWithinTheLimits) {
  HttpServerSettings settings;
  settings.largest_body = 1000;
  settings.longest_header = 500;
  const HttpServer server(settings, echo);
  const auto answer = exchange_raw(
      server.port(), raw_request("POST", "/", "X-Long: " + std::string(500, 'a') + "\r\n", std::string(1000, 'x')));
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200") << answer;
}

/// Opens once; everyone who waits goes on.
class Gate {
 public:
  void open() {
    const std::lock_guard guard(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

TEST(HttpServer, SaysAtOnceThatItIsBusyWhenItsQueueIsFull) {
  Gate running;
  Gate may_end;
  Gate two_refused;
  std::atomic<int> refused = 0;
  HttpServerSettings settings;
  settings.workers = 1;
  settings.queue_limit = 1;
  settings.on_refused = [&](const RefusedRequest& one) {
    EXPECT_EQ(one.status, 503);
    if (++refused == 2) two_refused.open();
  };
  const HttpServer server(settings, [&](const Request&) {
    running.open();
    may_end.wait();
    return text(200, "");
  });
  const auto ask = [&] { return http::send({.url = server.url() + "/"}, soon()); };
  std::vector<std::future<http::Answer>> asked;
  asked.push_back(std::async(std::launch::async, ask));
  running.wait();
  for (int i = 0; i < 3; ++i) asked.push_back(std::async(std::launch::async, ask));
  two_refused.wait();
  may_end.open();
  std::map<int, int> statuses;
  for (auto& answer : asked) {
    const auto got = answer.get();
    ++statuses[got.status];
    EXPECT_EQ(got.headers.count("retry-after"), got.status == 503 ? 1U : 0U);
  }
  EXPECT_EQ(statuses, (std::map<int, int>{{200, 2}, {503, 2}}));
}

// Whoever watches the process must not take a busy one for a dead one.
TEST(HttpServer, AnswersImmediatePathsWhileAllWorkersAreBusyAndTheQueueIsFull) {
  Gate running;
  Gate may_end;
  Gate is_full;
  HttpServerSettings settings;
  settings.workers = 1;
  settings.queue_limit = 1;
  settings.immediate_paths = {"/live"};
  settings.on_refused = [&](const RefusedRequest&) { is_full.open(); };
  const HttpServer server(settings, [&](const Request& request) {
    if (request.path == "/live") return text(200, "alive");
    running.open();
    may_end.wait();
    return text(200, "");
  });
  const auto ask = [&](const char* path) { return http::send({.url = server.url() + path}, soon()); };
  std::vector<std::future<http::Answer>> asked;
  asked.push_back(std::async(std::launch::async, ask, "/slow"));
  running.wait();
  for (int i = 0; i < 2; ++i) asked.push_back(std::async(std::launch::async, ask, "/slow"));
  is_full.wait();
  EXPECT_EQ(ask("/live").body, "alive");
  EXPECT_EQ(ask("/live?verbose").body, "alive");
  EXPECT_EQ(ask("/live/").status, 503) << "another path";
  may_end.open();
  std::map<int, int> statuses;
  for (auto& answer : asked) ++statuses[answer.get().status];
  EXPECT_EQ(statuses, (std::map<int, int>{{200, 2}, {503, 1}}));
}

TEST(HttpServer, LetsARunningHandlerFinishWhenItStops) {
  Gate running;
  Gate may_end;
  HttpServer server({}, [&](const Request& request) {
    running.open();
    may_end.wait();
    return text(request.stop.stop_requested() ? 500 : 200, "done");
  });
  auto answer = std::async(std::launch::async, [&] { return http::send({.url = server.url() + "/"}, soon()); });
  running.wait();
  auto stopped = std::async(std::launch::async, [&] { server.stop(Milliseconds(20'000)); });
  may_end.open();
  EXPECT_EQ(answer.get().body, "done");
  stopped.get();
  EXPECT_THROW(http::send({.url = server.url() + "/"}, soon()), Error) << "nobody listens any more";
  server.stop(Milliseconds(0));
}

TEST(HttpServer, AsksAHandlerToStopWhenTheGraceIsOver) {
  Gate running;
  HttpServer server({}, [&](const Request& request) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    running.open();
    stopped.wait(lock, request.stop, [] { return false; });
    return text(503, "interrupted");
  });
  auto answer = std::async(std::launch::async, [&] { return http::send({.url = server.url() + "/"}, soon()); });
  running.wait();
  server.stop(Milliseconds(1));
  EXPECT_EQ(answer.get().body, "interrupted");
}

TEST(HttpServer, SaysThatAnAddressIsTaken) {
  const HttpServer server({}, echo);
  HttpServerSettings settings;
  settings.listen.port = server.port();
  try {
    const HttpServer second(settings, echo);
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_NE(std::string(error.what()).find(std::to_string(server.port())), std::string::npos) << error.what();
  }
}

TEST(ListenAddress, IsReadAndChecked) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080").port, 8080);
  EXPECT_EQ(parse_listen_address("[::1]:0").host, "::1");
  EXPECT_EQ(parse_listen_address("localhost:1").host, "localhost");
  for (const auto* text : {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                           "127.0.0.1:-1", "::1:8080", "nowhere.example:1", "1.2.3:80"}) {
    EXPECT_THROW(parse_listen_address(text), Error) << text;
  }
}

}  // namespace
}  // namespace tenure::server
