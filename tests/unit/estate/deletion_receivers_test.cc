// Spec E4: who is told by webhook and e-mail how deletions end; secrets come from variables and stand in no message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

namespace tenure::estate {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

const Variables kSet = variables_of({{"HOOK", "https://hooks.example/s3cr3t"},
                                     {"KEY", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"},
                                     {"SHORT", "whsec_MDEyMw=="},
                                     {"PASSWORD", "s3cr3t"}});

TEST(DeletionReceivers, EverythingThatCanBeSaid) {
  const auto found = read(with_notifications("  webhook:\n"
                                             "    url: ${HOOK}\n"
                                             "    secret: ${KEY}\n"
                                             "    on: [failed, cancelled]\n"
                                             "  email:\n"
                                             "    server: smtp://mail.bakery.example:587\n"
                                             "    user: tenure\n"
                                             "    password: ${PASSWORD}\n"
                                             "    ca_file: /etc/ca.pem\n"
                                             "    from: Tenure@bakery.example\n"
                                             "    to: [ops@bakery.example, dpo@bakery.example]\n"
                                             "  give_up_after: 2h\n"),
                          kSet)
                         .notifications;
  ASSERT_TRUE(found.webhook);
  EXPECT_EQ(found.webhook->url.reveal(), "https://hooks.example/s3cr3t");
  EXPECT_EQ(found.webhook->key.reveal(), "0123456789abcdef01234567");
  EXPECT_THAT(found.webhook->on, ElementsAre("failed", "cancelled"));
  ASSERT_TRUE(found.email);
  EXPECT_EQ(found.email->server, "smtp://mail.bakery.example:587");
  EXPECT_EQ(found.email->user, "tenure");
  EXPECT_EQ(found.email->password.reveal(), "s3cr3t");
  EXPECT_EQ(found.email->ca_file, "/etc/ca.pem");
  EXPECT_TRUE(found.email->starts_tls);
  EXPECT_EQ(found.email->from.value().address(), "tenure@bakery.example");
  ASSERT_EQ(found.email->to.size(), 2U);
  EXPECT_THAT(found.email->on, ElementsAre("completed", "failed", "rolled_back", "compensation_failed"));
  EXPECT_EQ(found.give_up_after, std::chrono::hours(2));
}

TEST(DeletionReceivers, WhatIsWrongIsNamedAtItsLineWithoutTheSecret) {
  const auto problems =
      problems_of(with_notifications("  webhook:\n"
                                     "    url: http://hooks.example/s3cr3t\n"
                                     "    secret: ${SHORT}\n"
                                     "    on: [done]\n"
                                     "  email:\n"
                                     "    server: mail.bakery.example\n"
                                     "    password: s3cr3t\n"
                                     "    from: Tenure <tenure@bakery.example>\n"
                                     "    to: [\"ops@bakery.example,evil@example.com\", a@b.example, a@b.example]\n"
                                     "  give_up_after: never\n"),
                  kSet);
  EXPECT_THAT(problems, Each(Not(HasSubstr("s3cr3t"))));
  EXPECT_THAT(problems, Each(Not(HasSubstr("evil"))));
  EXPECT_THAT(problems, UnorderedElementsAre(
                            HasSubstr("notifications.webhook.url: is a secret: take it from a variable"),
                            HasSubstr("notifications.webhook.url: must begin with https://"),
                            HasSubstr("notifications.webhook.secret: must be whsec_ and 24 to 64 bytes in base64"),
                            HasSubstr("notifications.webhook.on[0]: \"done\" is not one of"),
                            HasSubstr("notifications.email.server: must begin with smtp:// or smtps://"),
                            HasSubstr("notifications.email.password: is a secret: take it from a variable"),
                            HasSubstr("notifications.email: needs both of user and password, or neither"),
                            HasSubstr("notifications.email.from: must be an e-mail address"),
                            HasSubstr("notifications.email.to[0]: must be an e-mail address"),
                            HasSubstr("notifications.email.to[2]: is there twice"),
                            HasSubstr("notifications.give_up_after: \"never\" is not a duration")));
}

TEST(DeletionReceivers, WhatIsNeededIsAskedFor) {
  EXPECT_THAT(problems_of(with_notifications("  webhook: {}\n  email: {to: []}\n"), kSet),
              UnorderedElementsAre(HasSubstr("notifications.webhook: url is missing"),
                                   HasSubstr("notifications.webhook: secret is missing"),
                                   HasSubstr("notifications.email: server is missing"),
                                   HasSubstr("notifications.email: from is missing"),
                                   HasSubstr("notifications.email.to: must name somebody")));
}

TEST(DeletionReceivers, APasswordGoesWithinTlsOrToThisMachine) {
  const auto mail = [](const std::string& server, const std::string& more) {
    return with_notifications("  email: {server: \"" + server +
                              "\", from: a@b.example, to: [c@d.example], user: u, password: \"${PASSWORD}\"" + more +
                              "}\n");
  };
  EXPECT_THAT(problems_of(mail("smtp://mail.example", ", starttls: false"), kSet),
              ElementsAre(HasSubstr("notifications.email: would send its password without TLS")));
  EXPECT_FALSE(read(mail("smtp://localhost:25", ", starttls: false"), kSet).notifications.email->starts_tls);
  EXPECT_THAT(problems_of(mail("smtps://mail.example", ", starttls: false"), kSet),
              testing::Contains(HasSubstr("notifications.email.starttls: is for smtp://")));
  EXPECT_THAT(problems_of(mail("smtp://u:s3cr3t@mail.example", ""), kSet),
              ElementsAre(HasSubstr("notifications.email.server: must not hold a user or a password")));
  EXPECT_THAT(problems_of(mail("smtp://mail.example/x", ""), kSet),
              ElementsAre(HasSubstr("notifications.email.server: must end with the host or the port")));
}

}  // namespace
}  // namespace tenure::estate
