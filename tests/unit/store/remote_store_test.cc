#include "store/remote/remote_store.h"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/contract_routes.h"
#include "tests/support/in_memory_store.h"
#include "tests/support/listening_server.h"
#include "tests/support/raw_http.h"

namespace tenure::store {
namespace {

using test::RawListener;

const SystemClock kClock;

Call soon() { return Call::within(Milliseconds(20'000)); }

server::Router routes_for(TenantDataStore& data_store) {
  server::Router router;
  add_contract_routes(
      router, {{.name = "training", .prefix = "training", .user_path = "models/user", .data_store = &data_store}},
      kClock);
  return router;
}

struct Failure {
  ErrorCode code;
  std::string message;
  Retry retry;
  std::vector<std::string> problems;
};

Failure failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.code(), error.what(), error.retry(), error.problems()};
  }
  ADD_FAILURE() << "no error was thrown";
  return {ErrorCode::internal, "", Retry::never, {}};
}

struct RemoteStoreTest : ::testing::Test {
  RemoteStoreTest() {
    data.put("models", tenant, 7);
    data.put("models", user, 2);
  }

  const Subject tenant = TenantId::random();
  const Subject user = UserId::random();
  test::InMemoryStore data{test::InMemoryStore::Archive::in_memory};
  test::ListeningServer server{routes_for(data)};
  RemoteStore remote{{.url = server.url(), .prefix = "training", .user_path = "models/user", .archives = true},
                     [this] { return server.service_token("training"); }};
};

TEST_F(RemoteStoreTest, PreviewsErasesAndVerifiesATenant) {
  EXPECT_EQ(remote.preview(tenant, soon()).data_counts, (Counts{{"models", 7}}));
  EXPECT_EQ(remote.verify(tenant, soon()).rows_left, (Counts{{"models", 7}}));
  Counts reported;
  const auto erasure = remote.erase({.subject = tenant, .idempotency_key = "k1", .job = {}, .epoch = 3}, soon(),
                                    [&](const Counts& counts) { reported = counts; });
  EXPECT_EQ(erasure.deleted_counts, (Counts{{"models", 7}}));
  EXPECT_EQ(erasure.digest, "abc123");
  EXPECT_FALSE(erasure.is_replay);
  EXPECT_EQ(reported, erasure.deleted_counts);
  EXPECT_TRUE(remote.verify(tenant, soon()).is_clean());
  ASSERT_EQ(data.orders().size(), 1U);
  EXPECT_EQ(data.orders()[0].epoch, 3);
}

TEST_F(RemoteStoreTest, KnowsAReplay) {
  const EraseRequest order{.subject = tenant, .idempotency_key = "k1", .job = {}, .epoch = 0};
  remote.erase(order, soon(), {});
  const auto replay = remote.erase(order, soon(), {});
  EXPECT_TRUE(replay.is_replay);
  EXPECT_EQ(replay.deleted_counts, (Counts{{"models", 7}}));
}

// C7
TEST_F(RemoteStoreTest, TakesBackWhatAJobErased) {
  for (const auto& subject : {tenant, user}) {
    const auto job = JobId::random();
    const archive::WrappedKey key{"v1.k." + job.str()};
    const auto erasure = remote.erase({.subject = subject, .job = job, .epoch = 3, .archive_key = key}, soon(), {});
    EXPECT_EQ(data.orders().back().archive_key, key);
    const RestoreRequest order{.subject = subject, .job = job, .epoch = 4, .archive_key = key};
    const auto restoration = remote.restore(order, soon(), {});
    EXPECT_EQ(restoration.restored_counts, erasure.deleted_counts);
    EXPECT_FALSE(restoration.is_replay);
    EXPECT_TRUE(remote.restore(order, soon(), {}).is_replay);
  }
  EXPECT_TRUE(remote.can_archive());
}

// A service of another company's, whose entry in the estate does not say that it archives.
TEST_F(RemoteStoreTest, WithoutAnArchiveNeitherErasesIntoOneNorRestores) {
  RemoteStore plain({.url = server.url(), .prefix = "training"}, [this] { return server.service_token("training"); });
  const auto job = JobId::random();
  EXPECT_FALSE(plain.can_archive());
  EXPECT_EQ(failure_of([&] {
              plain.erase({.subject = tenant, .job = job, .archive_key = archive::WrappedKey{"v1.k.x"}}, soon(), {});
            }).code,
            ErrorCode::refused);
  EXPECT_EQ(failure_of([&] {
              plain.restore({.subject = tenant, .job = job, .epoch = 1, .archive_key = {"v1.k.x"}}, soon(), {});
            }).code,
            ErrorCode::refused);
  EXPECT_TRUE(data.orders().empty());
}

TEST_F(RemoteStoreTest, ErasesAUserAtTheServicesOwnPath) {
  EXPECT_EQ(remote.erase({.subject = user, .idempotency_key = "", .job = {}, .epoch = 0}, soon(), {}).deleted_counts,
            (Counts{{"models", 2}}));
  EXPECT_EQ(server.access_lines().back().route, "/api/v1/training/models/user/{user_id}");
}

TEST_F(RemoteStoreTest, GetsExactlyTheErrorThatAnotherTenureHad) {
  for (const auto code : {ErrorCode::invalid_argument, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::refused,
                          ErrorCode::stale, ErrorCode::timeout, ErrorCode::unavailable, ErrorCode::outcome_unknown,
                          ErrorCode::corrupt, ErrorCode::internal}) {
    for (const auto retry : {Retry::never, Retry::later}) {
      data.before_each_call([&](const Call&) { throw Error(code, "why", retry).with_problems({"what"}); });
      for (const auto& failure :
           {failure_of(
                [&] { remote.erase({.subject = tenant, .idempotency_key = "", .job = {}, .epoch = 0}, soon(), {}); }),
            failure_of([&] { remote.preview(tenant, soon()); })}) {
        EXPECT_EQ(failure.code, code) << to_string(code);
        EXPECT_EQ(failure.retry, retry) << to_string(code);
        if (code == ErrorCode::internal) continue;
        EXPECT_NE(failure.message.find("why"), std::string::npos) << failure.message;
        EXPECT_EQ(failure.problems, std::vector<std::string>{"what"});
      }
    }
  }
}

TEST_F(RemoteStoreTest, NamesTheTokenWhenItIsNotAccepted) {
  const RemoteStore::Address address{.url = server.url(), .prefix = "training"};
  RemoteStore without(address, [] { return Secret(); });
  RemoteStore as_user(address, [this] { return server.user_token("training"); });
  const auto none = failure_of([&] { without.preview(tenant, soon()); });
  EXPECT_EQ(none.code, ErrorCode::unauthenticated);
  EXPECT_NE(none.message.find("token"), std::string::npos) << none.message;
  const auto wrong =
      failure_of([&] { as_user.erase({.subject = tenant, .idempotency_key = "", .job = {}, .epoch = 0}, soon(), {}); });
  EXPECT_EQ(wrong.code, ErrorCode::forbidden);
  EXPECT_NE(wrong.message.find("token"), std::string::npos) << wrong.message;
  EXPECT_TRUE(data.orders().empty());
}

TEST_F(RemoteStoreTest, SaysThatThereIsNoSuchService) {
  RemoteStore elsewhere({.url = server.url(), .prefix = "nowhere"}, [this] { return server.service_token(); });
  EXPECT_EQ(failure_of([&] { elsewhere.preview(tenant, soon()); }).code, ErrorCode::not_found);
}

// ---- services that are not ours ---------------------------------------------------------------

struct StrangerTest : ::testing::Test {
  const Subject tenant = TenantId::random();

  static RemoteStore store_at(const std::string& url) {
    return RemoteStore({.url = url, .prefix = "crm"}, [] { return Secret("token"); });
  }
  Failure erase_failure(RawListener::Behaviour behaviour, const Call& call = soon()) {
    const RawListener listener(std::move(behaviour));
    auto remote = store_at(listener.url());
    return failure_of(
        [&] { remote.erase({.subject = tenant, .idempotency_key = "k", .job = {}, .epoch = 0}, call, {}); });
  }
  Failure preview_failure(RawListener::Behaviour behaviour, const Call& call = soon()) {
    const RawListener listener(std::move(behaviour));
    auto remote = store_at(listener.url());
    return failure_of([&] { remote.preview(tenant, call); });
  }
};

TEST_F(StrangerTest, NeedsOnlyTheTwoRoutesOfTheContract) {
  const RawListener listener(RawListener::answering(
      "200 OK", R"({"tenant_id":"x","service":"crm","data_counts":{"contacts":4},"total_items":4})"));
  EXPECT_EQ(store_at(listener.url()).preview(tenant, soon()).data_counts, (Counts{{"contacts", 4}}));
  const RawListener erasing(RawListener::answering(
      "200 OK",
      R"({"message":"ok","summary":{"success":true,"deleted_counts":{"contacts":4},"total_deleted":4,"errors":[]}})"));
  const auto erasure =
      store_at(erasing.url()).erase({.subject = tenant, .idempotency_key = "", .job = {}, .epoch = 0}, soon(), {});
  EXPECT_EQ(erasure.deleted_counts, (Counts{{"contacts", 4}}));
}

TEST_F(StrangerTest, IsUnavailableWhenNobodyListens) {
  auto remote = store_at("http://127.0.0.1:" + std::to_string(test::closed_port()));
  const auto failure =
      failure_of([&] { remote.erase({.subject = tenant, .idempotency_key = "k", .job = {}, .epoch = 0}, soon(), {}); });
  EXPECT_EQ(failure.code, ErrorCode::unavailable);
  EXPECT_EQ(failure.retry, Retry::later);
}

TEST_F(StrangerTest, OutcomeIsUnknownWhenTheAnswerToADeleteIsLost) {
  const auto cut = [](int) {};
  EXPECT_EQ(erase_failure(cut).code, ErrorCode::outcome_unknown);
  const auto half = [](int socket) {
    RawListener::send_all(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"message\":");
  };
  EXPECT_EQ(erase_failure(half).code, ErrorCode::outcome_unknown);
  EXPECT_EQ(erase_failure(RawListener::hang, Call::within(Milliseconds(200))).code, ErrorCode::outcome_unknown);
  EXPECT_EQ(erase_failure(RawListener::answering("502 Bad Gateway", "")).code, ErrorCode::outcome_unknown);
  EXPECT_EQ(erase_failure(RawListener::answering("504 Gateway Timeout", "")).code, ErrorCode::outcome_unknown);
}

TEST_F(StrangerTest, LostAnswerToAPreviewIsOnlyAFailure) {
  EXPECT_EQ(preview_failure([](int) {}).code, ErrorCode::unavailable);
  EXPECT_EQ(preview_failure(RawListener::hang, Call::within(Milliseconds(200))).code, ErrorCode::timeout);
  EXPECT_EQ(preview_failure(RawListener::answering("502 Bad Gateway", "")).code, ErrorCode::unavailable);
}

TEST_F(StrangerTest, CallEndsWhenItIsStopped) {
  std::stop_source stop;
  const auto stop_then_hang = [&](int socket) {
    stop.request_stop();
    RawListener::hang(socket);
  };
  EXPECT_EQ(erase_failure(stop_then_hang, Call{Deadline(), stop.get_token()}).code, ErrorCode::outcome_unknown);
  EXPECT_EQ(preview_failure(RawListener::hang, Call{Deadline(), stop.get_token()}).code, ErrorCode::unavailable);
}

TEST_F(StrangerTest, GarbageIsCorruptAndTheFieldIsNamed) {
  const std::vector<std::pair<std::string, std::string>> previews = {{"<html>", "body"},
                                                                     {"", "body"},
                                                                     {"[]", "body"},
                                                                     {"{}", "data_counts"},
                                                                     {R"({"data_counts":[]})", "data_counts"},
                                                                     {R"({"data_counts":{"a":"x"}})", "data_counts"},
                                                                     {R"({"data_counts":{"a":-1}})", "data_counts"},
                                                                     {R"({"data_counts":{"a":1.5}})", "data_counts"}};
  for (const auto& [body, field] : previews) {
    const auto failure = preview_failure(RawListener::answering("200 OK", body));
    EXPECT_EQ(failure.code, ErrorCode::corrupt) << body;
    EXPECT_NE(failure.message.find(field), std::string::npos) << body << ": " << failure.message;
  }
  const std::vector<std::pair<std::string, std::string>> erasures = {
      {"<html>", "body"},
      {"{}", "summary"},
      {R"({"summary":{}})", "summary.success"},
      {R"({"summary":{"success":true}})", "deleted_counts"}};
  for (const auto& [body, field] : erasures) {
    const auto failure = erase_failure(RawListener::answering("200 OK", body));
    EXPECT_EQ(failure.code, ErrorCode::corrupt) << body;
    EXPECT_NE(failure.message.find(field), std::string::npos) << body << ": " << failure.message;
  }
}

TEST_F(StrangerTest, AnswerThatNeverEndsIsCutOff) {
  const auto failure = preview_failure([](int socket) {
    RawListener::send_all(socket, "HTTP/1.1 200 OK\r\n\r\n");
    const std::string mebibyte(1U << 20U, ' ');
    for (int i = 0; i < 12; ++i) RawListener::send_all(socket, mebibyte);
  });
  EXPECT_EQ(failure.code, ErrorCode::corrupt);
  EXPECT_NE(failure.message.find("8 MiB"), std::string::npos) << failure.message;
}

TEST_F(StrangerTest, RedirectIsNotFollowed) {
  test::InMemoryStore elsewhere;
  const test::ListeningServer target(routes_for(elsewhere));
  const auto failure = erase_failure(RawListener::answering(
      "307 Temporary Redirect", "", "Location: " + target.url() + "/api/v1/training/user/x\r\n"));
  EXPECT_EQ(failure.code, ErrorCode::refused);
  EXPECT_TRUE(target.access_lines().empty());
}

TEST_F(StrangerTest, StatusDecidesWhenTheBodySaysNothing) {
  const std::vector<std::tuple<std::string, ErrorCode, Retry>> statuses = {
      {"400 Bad Request", ErrorCode::invalid_argument, Retry::never},
      {"401 Unauthorized", ErrorCode::unauthenticated, Retry::never},
      {"403 Forbidden", ErrorCode::forbidden, Retry::never},
      {"404 Not Found", ErrorCode::not_found, Retry::never},
      {"409 Conflict", ErrorCode::conflict, Retry::later},
      {"418 I'm a teapot", ErrorCode::refused, Retry::never},
      {"422 Unprocessable Content", ErrorCode::refused, Retry::never},
      {"429 Too Many Requests", ErrorCode::unavailable, Retry::later},
      {"500 Internal Server Error", ErrorCode::unavailable, Retry::later},
      {"503 Service Unavailable", ErrorCode::unavailable, Retry::later}};
  for (const auto& [status, code, retry] : statuses) {
    const auto failure = erase_failure(RawListener::answering(status, R"({"detail":"the reason"})"));
    EXPECT_EQ(failure.code, code) << status;
    EXPECT_EQ(failure.retry, retry) << status;
    EXPECT_NE(failure.message.find("HTTP " + status.substr(0, 3)), std::string::npos) << failure.message;
    EXPECT_NE(failure.message.find("its own log, under the same trace id"), std::string::npos) << failure.message;
  }
}

// E7: what a stranger says may be a row of somebody's data.
TEST_F(StrangerTest, OwnWordsAreKeptOnlyUnderATypeOfTenures) {
  const std::string says =
      R"("title":"Ana","detail":"no ana@post.example","problems":["ana@post.example"],"retry":"later",
                              "summary":{"errors":["ana@post.example"],"success":false}})";
  for (const auto* type : {R"({)", R"({"type":"about:blank",)", R"({"type":"https://crm.example/problems/ana",)",
                           R"({"type":"urn:tenure:error:ana",)", R"({"type":"urn:tenure:error:",)", R"({"type":7,)"}) {
    for (const auto* status :
         {"401 Unauthorized", "422 Unprocessable Content", "500 Internal Server Error", "200 OK"}) {
      const auto failure = erase_failure(RawListener::answering(status, type + says));
      EXPECT_EQ(failure.message.find("ana"), std::string::npos) << type << ": " << failure.message;
      EXPECT_EQ(failure.message.find("Ana"), std::string::npos) << type << ": " << failure.message;
      EXPECT_TRUE(failure.problems.empty()) << type;
    }
  }
  const auto ours = erase_failure(RawListener::answering(
      "422 Unprocessable Content", R"({"type":"urn:tenure:error:refused","detail":"a rule","problems":["one"]})"));
  EXPECT_NE(ours.message.find(": a rule"), std::string::npos) << ours.message;
  EXPECT_EQ(ours.problems, std::vector<std::string>{"one"});
  EXPECT_EQ(ours.retry, Retry::never);
}

TEST_F(StrangerTest, SummaryThatReportsAFailureIsOne) {
  const std::string body = R"({"message":"no","summary":{"success":false,"errors":["disk full"],"deleted_counts":{}}})";
  for (const auto* status : {"200 OK", "500 Internal Server Error"}) {
    const auto failure = erase_failure(RawListener::answering(status, body));
    EXPECT_EQ(failure.code, ErrorCode::unavailable) << status;
    EXPECT_EQ(failure.message.find("disk full"), std::string::npos) << failure.message;
  }
}

TEST_F(StrangerTest, UrlThatIsNoneIsTheCallersMistake) {
  for (const auto* url : {"", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999999", "file:///etc"}) {
    auto remote = store_at(url);
    const auto failure = failure_of([&] { remote.preview(tenant, soon()); });
    EXPECT_EQ(failure.code, ErrorCode::invalid_argument) << url << ": " << failure.message;
  }
}

TEST_F(StrangerTest, HeaderCannotBeSmuggledThroughAKey) {
  const RawListener listener([](int) {});
  auto remote = store_at(listener.url());
  const EraseRequest order{.subject = tenant, .idempotency_key = "k\r\nX-Tenure-Epoch: 99", .job = {}, .epoch = 0};
  EXPECT_EQ(failure_of([&] { remote.erase(order, soon(), {}); }).code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenure::store
