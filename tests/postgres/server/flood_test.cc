#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <thread>

#include "http/client.h"
#include "server/health_routes.h"
#include "server/http_server.h"
#include "tests/postgres/server/small_estate.h"

// Spec B9: what takes long is done for a few at a time, and more of it than that is answered at once, so that no caller
// keeps the server from all others.
namespace tenure::server {
namespace {

using Statuses = std::map<int, int>;  // how many answers had each

constexpr std::chrono::seconds kGenerous{60};

/// Requests that are all sent at once, each over a connection of its own.
class Requests {
 public:
  void send(http::Request request) {
    threads_.emplace_back([this, request = std::move(request)] {
      const auto answer = http::send(request, Call::within(2 * kGenerous));
      const std::lock_guard lock(mutex_);
      ++statuses_[answer.status];
      ++answered_;
      changed_.notify_all();
    });
  }
  /// What has been answered once there are so many answers, or none came any more.
  Statuses after(int answers) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kGenerous, [&] { return answered_ >= answers; });
    return statuses_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Statuses statuses_;  // guarded by mutex_
  int answered_ = 0;   // likewise
  std::vector<std::jthread> threads_;
};

/// The product's server with its 16 workers.
class Flood : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  http::Request order(const std::string& method, const std::string& path, const Secret& token,
                      const std::string& body = {}) const {
    return {.method = method, .url = server_.url() + path, .body = body, .bearer = token};
  }
  http::Request try_password(const Person& person) const {
    return order("POST", "/api/v1/auth/me/password", person.token,
                 R"({"current_password":"wrong horse battery","new_password":"another horse battery"})");
  }
  void expect_answers_to_others() const {
    const auto other = estate().add_person();
    const auto call = [] { return Call::within(kGenerous); };
    EXPECT_EQ(http::send(order("GET", "/api/v1/auth/me", other.token), call()).status, 200);
    EXPECT_EQ(http::send(order("GET", "/health/live", {}), call()).status, 200);
  }

  const HttpServer server_{{.immediate_paths = {std::string(kLivePath)}},
                           [](Request request) { return estate().answer(std::move(request)); }};
};

TEST_F(Flood, OfPasswordsLeavesHalfOfTheWorkersToOthers) {
  const auto person = estate().add_person();
  Requests flood;
  {
    // No password is hashed meanwhile.
    auto& turns = estate().assembly().users()->hasher.turns();
    const auto first = turns.take({});
    const auto second = turns.take({});
    for (int at = 0; at < 40; ++at) flood.send(try_password(person));
    EXPECT_EQ(flood.after(34), (Statuses{{503, 34}}));
    expect_answers_to_others();
    const auto refused = http::send(try_password(person), Call::within(kGenerous));
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_EQ(refused.headers.count("retry-after"), 1U);
  }
  EXPECT_EQ(flood.after(40), (Statuses{{403, 6}, {503, 34}}));
}

// The deletions themselves go on; only the wait for them is cut short, as with `Prefer: respond-async`.
TEST_F(Flood, OfDeletionsLeavesMostWorkersToOthers) {
  std::vector<Person> people;
  for (int at = 0; at < 20; ++at) people.push_back(estate().add_person());
  estate().in_orders("begin; lock table public.orders");
  Requests flood;
  for (const auto& person : people) {
    flood.send(order("DELETE", "/api/v1/auth/users/" + person.id.str(), estate().service_token()));
  }
  EXPECT_EQ(flood.after(16), (Statuses{{202, 16}}));
  expect_answers_to_others();
  estate().in_orders("rollback");
  EXPECT_EQ(flood.after(20), (Statuses{{200, 4}, {202, 16}}));
}

}  // namespace
}  // namespace tenure::server
