#include "server/live_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/postgres/server/small_estate.h"

// B10, E3: a socket says nothing to anybody who would not have been answered.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// What has come but for ticks: messages, and the code that it was closed with.
class Door : public WebSocket {
 public:
  void send(SharedFrame frame) override { tell(frame->substr(frame->find('{'))); }
  void close(CloseCode code, std::string_view) override { tell(std::to_string(static_cast<int>(code))); }
  std::string first() { return number(1); }
  std::string number(std::size_t n) {
    std::unique_lock lock(mutex_);
    const bool has_come = told_now_.wait_for(lock, std::chrono::seconds(30), [&] { return told_.size() >= n; });
    return has_come ? told_[n - 1] : "nothing";
  }

 private:
  void tell(const std::string& what) {
    if (what.find(R"("tick")") != std::string::npos) return;
    const std::lock_guard lock(mutex_);
    told_.push_back(what);
    told_now_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable told_now_;
  std::vector<std::string> told_;
};

class LiveDeskTest : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  /// What a client hears first that introduces itself so.
  std::string answer_to(const std::string& text) {
    const auto door = std::make_shared<Door>();
    const auto listener = desk_.accept(door, Request{.method = "GET", .path = std::string(kFeedPath)});
    listener.on_text(text);
    auto first = door->first();
    listener.on_end();
    return first;
  }
  std::string answer_to(const Secret& token) { return answer_to(json{{"token", token.reveal()}}.dump()); }

  LiveFeed feed_{estate().assembly().jobs(), estate().assembly().control().settings()};
  LiveDesk desk_{feed_, estate().api().gateway(), &estate().assembly().tenants()->members};
};

TEST_F(LiveDeskTest, LetsInWhoHasAToken) {
  EXPECT_THAT(answer_to(estate().add_person().token), HasSubstr(R"("type":"snapshot")"));
  EXPECT_THAT(answer_to(estate().add_person(UserId::random(), true).token), HasSubstr("snapshot"));
  EXPECT_THAT(answer_to(estate().service_token()), HasSubstr("snapshot"));
  EXPECT_EQ(feed_.viewers(), 0U) << "who has gone is forgotten";
}

TEST_F(LiveDeskTest, TurnsAwayWhoHasNone) {
  const auto person = estate().add_person();
  EXPECT_EQ(answer_to(Secret("garbage")), "4401");
  EXPECT_EQ(answer_to(estate().service_token("orders")), "4401") << "made out for a service";
  estate().in_control("update identity.sessions set ended_at = now() where id = '" + person.session.str() + "'");
  EXPECT_EQ(answer_to(person.token), "4401") << "its session has ended";
  for (const auto* text : {"", "{}", "[]", R"({"token": 1})", "not json"})
    EXPECT_EQ(answer_to(std::string(text)), "1008");
}

TEST_F(LiveDeskTest, LogsWhoCameAndNeverTheToken) {
  estate().take_log();
  const auto token = estate().add_person().token;
  answer_to(token);
  const auto log = estate().take_log();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_THAT(log.front(), HasSubstr(R"("status":101)"));
  EXPECT_THAT(log.front(), HasSubstr(R"("route":"/api/v1/live")"));
  EXPECT_THAT(log.front(), Not(HasSubstr(token.reveal())));
}

TEST_F(LiveDeskTest, AnAddressHasFewSocketsThatHaveNotSaidWhoseTheyAre) {
  const auto from = [](const std::string& address) {
    Request request{.method = "GET", .path = std::string(kFeedPath)};
    request.remote_address = address;
    return request;
  };
  std::vector<std::pair<std::shared_ptr<Door>, WebSocketListener>> strangers;
  while (desk_.has_room_for(from("192.0.2.1"))) {
    auto door = std::make_shared<Door>();
    auto listener = desk_.accept(door, from("192.0.2.1"));
    strangers.emplace_back(std::move(door), std::move(listener));
  }
  EXPECT_EQ(strangers.size(), LiveDesk::kMostStrangers);
  EXPECT_TRUE(desk_.has_room_for(from("192.0.2.2"))) << "it is full for the one address only";
  // Whoever has introduced themselves is no stranger, nor is who has gone.
  strangers[0].second.on_text(json{{"token", estate().service_token().reveal()}}.dump());
  EXPECT_THAT(strangers[0].first->first(), HasSubstr("snapshot"));
  EXPECT_TRUE(desk_.has_room_for(from("192.0.2.1")));
  for (auto& [door, listener] : strangers) listener.on_end();
  EXPECT_TRUE(desk_.has_room_for(from("192.0.2.1")));
}

TEST_F(LiveDeskTest, TakesAnotherTokenOnTheSameSocket) {
  const auto door = std::make_shared<Door>();
  const auto listener = desk_.accept(door, Request{.method = "GET", .path = std::string(kFeedPath)});
  listener.on_text(json{{"token", estate().add_person().token.reveal()}}.dump());
  EXPECT_THAT(door->first(), HasSubstr("snapshot"));
  listener.on_text(json{{"token", estate().add_person().token.reveal()}}.dump());
  EXPECT_THAT(door->number(2), HasSubstr("snapshot")) << "as the other person sees it";
  EXPECT_EQ(feed_.viewers(), 1U);
  listener.on_text(json{{"token", "no token"}}.dump());
  EXPECT_EQ(door->number(3), "4401");
  listener.on_end();
  EXPECT_EQ(feed_.viewers(), 0U);
}

}  // namespace
}  // namespace tenure::server
