// Spec E4: e-mails to a real server, with TLS and a password; and what comes of answers.
#include "mail/smtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "tests/support/mail_server.h"

namespace tenure::mail {
namespace {

using test::MailServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Milliseconds kPatience{30'000};

Message message() {
  return {.from = Email::parse("tenure@bakery.example"),
          .from_name = "Tenure",
          .to = Email::parse("ops@bakery.example"),
          .subject = "Tenant \"Größe\" was deleted",
          .id = "0a4c@bakery.example",
          .at = WallTime(std::chrono::seconds(1'790'000'000)),
          .text = "Größe\n.\n..two\nFrom here\n" + std::string(2000, 'x') + "\n",
          .html = "<p>Größe</p>\n.\n"};
}

Server server_at(const MailServer& server) {
  return {
      .url = server.url(), .user = "tenure", .password = Secret(MailServer::password()), .ca_file = server.ca_file()};
}

/// What went wrong; Error(internal) "taken" when nothing did.
Error failure(const Server& server, const Call& call = Call::within(kPatience)) {
  try {
    send(server, message(), call);
    return {ErrorCode::internal, "taken"};
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr(MailServer::password())));
    EXPECT_THAT(error.what(), Not(HasSubstr("ops@")));
    return error;
  }
}

TEST(Smtp, AMailArrivesAsItWasWrittenWithinTls) {
  for (const auto* tls : {"starttls", "implicit"}) {
    MailServer server({.tls = tls});
    send(server_at(server), message(), Call::within(kPatience));
    const auto mails = server.wait_for(1);
    ASSERT_THAT(mails, SizeIs(1));
    const auto& mail = mails.front();
    EXPECT_EQ(mail["from"], "tenure@bakery.example");
    EXPECT_EQ(mail["to"], nlohmann::json({"ops@bakery.example"}));
    EXPECT_EQ(mail["is_encrypted"], true);
    EXPECT_EQ(mail["user"], "tenure");
    EXPECT_EQ(mail["type"], "multipart/alternative");
    EXPECT_EQ(mail["headers"]["subject"], "Tenant \"Größe\" was deleted");
    EXPECT_EQ(mail["headers"]["message-id"], "<0a4c@bakery.example>");
    EXPECT_EQ(mail["headers"]["mime-version"], "1.0");
    EXPECT_EQ(mail["text"], message().text);
    EXPECT_EQ(mail["html"], message().html);
    EXPECT_LE(mail["longest_line"], 998);
    EXPECT_THAT(mail["defects"], IsEmpty());
  }
}

TEST(Smtp, AServerWithoutTlsIsUsedOnlyWhereThatWasSaid) {
  MailServer server({.tls = "none", .user = "-"});
  auto plain = server_at(server);
  plain.user = "";
  const auto error = failure(plain);
  EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(server.mails(), IsEmpty());
  plain.starts_tls = false;
  send(plain, message(), Call::within(kPatience));
  EXPECT_EQ(server.wait_for(1).front()["is_encrypted"], false);
}

TEST(Smtp, ACertificateOfAnotherAuthorityIsRefused) {
  MailServer server;
  const MailServer other;
  auto wrong = server_at(server);
  wrong.ca_file = other.ca_file();
  const auto error = failure(wrong);
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_THAT(error.what(), HasSubstr("certificate"));
  wrong.ca_file.reset();
  EXPECT_THAT(failure(wrong).what(), HasSubstr("certificate")) << "of the system's authorities either";
  EXPECT_THAT(server.mails(), IsEmpty());
}

TEST(Smtp, ACertificateForAnotherNameIsRefused) {
  MailServer server;
  auto wrong = server_at(server);
  wrong.url = "smtp://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(failure(wrong).code(), ErrorCode::unavailable);
  EXPECT_THAT(server.mails(), IsEmpty());
}

TEST(Smtp, AWrongPasswordMayBeMended) {
  MailServer server;
  auto wrong = server_at(server);
  wrong.password = Secret("wrong");
  const auto error = failure(wrong);
  EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
  EXPECT_EQ(error.retry(), Retry::later);
  server.wait_for_answer("answered 535");
}

TEST(Smtp, AnAnswerOf4xxMayPassAndOneOf5xxWillNot) {
  MailServer server({.answers = {"451 rcpt", "452 data", "550 rcpt", "554 data"}});
  for (const auto& [code, expected] : {std::pair{"451", ErrorCode::unavailable},
                                       {"452", ErrorCode::unavailable},
                                       {"550", ErrorCode::refused},
                                       {"554", ErrorCode::refused}}) {
    const auto error = failure(server_at(server));
    EXPECT_EQ(error.code(), expected) << error.what();
    EXPECT_EQ(error.retry(), expected == ErrorCode::refused ? Retry::never : Retry::later);
    EXPECT_THAT(error.what(), HasSubstr(std::string("the server answered ") + code));
  }
  EXPECT_THAT(server.mails(), IsEmpty());
}

TEST(Smtp, AServerThatHangsIsLeftAtTheDeadlineOrAtAStop) {
  MailServer server({.answers = {"hang", "hang"}});
  EXPECT_EQ(failure(server_at(server), Call::within(Milliseconds(3000))).code(), ErrorCode::unavailable);
  std::stop_source stop;
  const std::jthread stopping([&] {
    server.wait_for_answer("hanging\nhanging");
    stop.request_stop();
  });
  EXPECT_THAT(failure(server_at(server), {Deadline::after(kPatience), stop.get_token()}).what(), HasSubstr("stopped"));
}

TEST(Smtp, NobodyThereIsUnavailable) {
  std::uint16_t port = 0;
  {
    const MailServer gone({.tls = "none", .user = "-"});
    port = gone.port();
  }
  const auto error = failure({.url = "smtp://localhost:" + std::to_string(port)});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
}

}  // namespace
}  // namespace tenure::mail
