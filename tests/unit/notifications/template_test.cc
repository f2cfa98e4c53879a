// Spec E4: nothing that is put into an e-mail is more than text.
#include "notifications/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "notifications/notice_mail.h"

namespace tenure::notifications {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAttack = "<img src=x onerror=alert(1)>\r\n\"'&{{title}}";

TEST(Template, PutsValuesInEscapedAndRepeatsLists) {
  const Values values{.texts = {{"who", "<b>"}},
                      .lists = {{"rows", {{{"name", "a&b"}}, {{"name", "c"}}}}, {"none", {}}}};
  EXPECT_EQ(fill("{{who}}\n{{#rows}}\n- {{name}} of {{who}}\n{{/rows}}\n{{#none}}never{{/none}}.", values, html_text),
            "&lt;b&gt;\n- a&amp;b of &lt;b&gt;\n- c of &lt;b&gt;\n.");
}

TEST(Template, AValueIsNoTemplate) {
  EXPECT_EQ(fill("{{who}}", {.texts = {{"who", "{{other}}"}}}, plain_text), "{{other}}");
}

TEST(Template, WhatIsMissingIsAnError) {
  for (const auto* text : {"{{nobody}}", "{{#nothing}}{{/nothing}}", "{{who", "{{#rows}}"}) {
    EXPECT_THROW(fill(text, {.texts = {{"who", ""}}}, plain_text), Error) << text;
  }
}

TEST(NoticeMail, WhateverItsTextsHoldShowsAsItIsWritten) {
  const Notice notice{.id = Uuid::parse("01234567-89ab-4def-8123-456789abcdef", "id"),
                      .kind = "deletion.failed",
                      .level = Level::error,
                      .title = kAttack,
                      .facts = {{"name", kAttack}},
                      .summary = kAttack,
                      .counts = {{kAttack, kAttack}},
                      .causes = {kAttack},
                      .estate = kAttack,
                      .environment = kAttack};
  const auto mail = mail_of(notice, Email::parse("tenure@bakery.example"), Email::parse("ops@bakery.example"));
  EXPECT_EQ(mail.id, "01234567-89ab-4def-8123-456789abcdef@bakery.example");
  EXPECT_THAT(mail.html, Not(HasSubstr("<img")));
  EXPECT_THAT(mail.html, HasSubstr("&lt;img src=x onerror=alert(1)&gt;  &quot;&#39;&amp;{{title}}"));
  EXPECT_THAT(mail.text, Not(HasSubstr("\r")));
  EXPECT_THAT(mail.text, HasSubstr("<img src=x onerror=alert(1)>  \"'&{{title}}"));
}

TEST(NoticeMail, HasNoHeadingAboveNothing) {
  const auto mail =
      mail_of({.kind = "test", .title = "Hello"}, Email::parse("a@b.example"), Email::parse("c@d.example"));
  EXPECT_EQ(mail.subject, "Hello");
  for (const auto& text : {mail.text, mail.html}) {
    EXPECT_THAT(text, Not(HasSubstr("Service by service")));
    EXPECT_THAT(text, Not(HasSubstr("What went wrong")));
  }
}

}  // namespace
}  // namespace tenure::notifications
