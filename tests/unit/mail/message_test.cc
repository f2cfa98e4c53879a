// Spec E4: the header of an e-mail; nothing in a value ends a line or begins one.
#include "mail/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tenure::mail {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

Message message(const std::string& subject) {
  return {.from = Email::parse("tenure@bakery.example"),
          .to = Email::parse("ops@bakery.example"),
          .subject = subject,
          .id = "0a4c@bakery.example",
          .at = WallTime(std::chrono::seconds(1'790'000'000)),
          .text = "x",
          .html = "x"};
}

TEST(MailHeader, SaysWhoWhatAndWhen) {
  auto mail = message("Tenant was deleted");
  EXPECT_THAT(header_of(mail), Contains("From: tenure@bakery.example"));
  mail.from_name = "Tenure \"x\"";
  const auto lines = header_of(mail);
  EXPECT_THAT(lines, Contains("From: \"Tenure \\\"x\\\"\" <tenure@bakery.example>"));
  EXPECT_THAT(lines, Contains("To: ops@bakery.example"));
  EXPECT_THAT(lines, Contains("Subject: Tenant was deleted"));
  EXPECT_THAT(lines, Contains("Message-ID: <0a4c@bakery.example>"));
  EXPECT_THAT(lines, Contains("Date: Mon, 21 Sep 2026 14:13:20 +0000"));
  EXPECT_THAT(lines, Contains("Auto-Submitted: auto-generated"));
}

TEST(MailHeader, ALineEndInASubjectBeginsNoHeader) {
  const auto lines = header_of(message("gone\r\nBcc: evil@example.com\r\n\r\n<script>"));
  EXPECT_THAT(lines, Each(Not(HasSubstr("Bcc"))));
  EXPECT_THAT(lines, Contains("Subject: =?UTF-8?B?Z29uZSAgQmNjOiBldmlsQGV4YW1wbGUuY29tICAgIDxzY3JpcHQ+?="));
}

TEST(MailHeader, ALongSubjectIsFoldedBetweenWholeCharacters) {
  std::string subject;
  for (int at = 0; at < 100; ++at) subject += "ü€😀";
  const auto text = encoded_text(subject);
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 77U) << line;  // with the carriage return that getline leaves
    EXPECT_THAT(line, HasSubstr("=?UTF-8?B?"));
  }
  EXPECT_GT(count, 10);
}

TEST(MailHeader, WhatLooksEncodedIsEncodedAndBadBytesAreQuestionMarks) {
  EXPECT_EQ(encoded_text("=?UTF-8?B?QQ==?="), "=?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?=");
  EXPECT_EQ(encoded_text("a\xff"), "=?UTF-8?B?YT8=?=");
  EXPECT_EQ(encoded_text(""), "");
}

}  // namespace
}  // namespace tenure::mail
