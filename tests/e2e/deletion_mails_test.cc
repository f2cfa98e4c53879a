#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>

#include "tests/e2e/archived_shop.h"
#include "tests/support/mail_server.h"

// Spec E4: each end of a deletion that there is, brought about by a real one, is told by an e-mail that says what
// became of the data and what is to be done; and names no person. What arrives when receivers misbehave is in
// deletion_notices_test.cc.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DeletionMails : public ArchivedShop {
 protected:
  DeletionMails() {
    std::ofstream(estate_, std::ios::app) << fmt::format(
        "notifications:\n  email: {{server: \"smtp://localhost:{}\", starttls: false, from: tenure@shop.example, "
        "to: [ops@shop.example], on: [completed, failed, rolled_back, compensation_failed, cancelled]}}\n",
        mail_.port());
    serve();
  }

  json erase(const TenantId& tenant) { return people().as_service("DELETE", tenant_path(tenant)).body; }
  void break_crm() { databases_.run(shop_.database("crm"), "CREATE TABLE of_nobody (id integer PRIMARY KEY)"); }
  /// The latest of so many, whose two parts say the same.
  json mail(std::size_t count) {
    const auto mails = mail_.wait_for(count);
    EXPECT_EQ(mails.size(), count);
    auto last = mails.back();
    EXPECT_THAT(last["defects"], IsEmpty());
    EXPECT_EQ(in_words(last["text"]), in_words(read_html(last["html"]))) << last["html"];
    return last;
  }
  static std::string subject(const json& mail) { return mail["headers"]["subject"]; }
  static std::string text(const json& mail) { return mail["text"]; }
  /// What a reader sees of it.
  static std::string read_html(std::string html) {
    html = std::regex_replace(html, std::regex("<title>[^<]*</title>"), "");
    html = std::regex_replace(html, std::regex("<[^>]*>"), " ");
    for (const auto& [entity, sign] : std::map<std::string, std::string>{{"&quot;", "\""},
                                                                         {"&nbsp;", " "},
                                                                         {"&middot;", " "},
                                                                         {"&#39;", "'"},
                                                                         {"&lt;", "<"},
                                                                         {"&gt;", ">"},
                                                                         {"&amp;", "&"}}) {
      html = std::regex_replace(html, std::regex(entity), sign);
    }
    return html;
  }
  /// Its words, sorted: the parts have them in different places, and labels and signs that the other one has not.
  static std::vector<std::string> in_words(const std::string& text) {
    static const std::regex word("[A-Za-z0-9_]+");
    std::vector<std::string> words;
    for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) words.push_back(at->str());
    std::ranges::sort(words);
    for (const auto* label : {"Done", "Attention", "Failed", "For", "your", "information"}) std::erase(words, label);
    return words;
  }

  test::MailServer mail_{{.tls = "none", .user = "-"}};
  const UserId ana_ = people().person("ana");
};

TEST_F(DeletionMails, OneThatWasRolledBackSaysThatNothingIsGoneAndWhy) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  break_crm();
  const auto job = erase(tenant);
  ASSERT_EQ(job["status"], "rolled_back") << job;
  ASSERT_EQ(data_of(tenant), 2);
  const auto told = mail(1);
  EXPECT_EQ(subject(told), "[shop] Tenant \"Forn Vell\" was not deleted");
  EXPECT_THAT(text(told),
              AllOf(HasSubstr("A service failed for good, so what the others had deleted was brought back from the "
                              "archive. Mend the cause, then order the deletion anew."),
                    HasSubstr("Status: rolled_back\n"), HasSubstr("Deleted: 0\n"),
                    HasSubstr("  orders: brought back: 3\n"), ContainsRegex("What went wrong\n  - crm: .*of_nobody")));
  EXPECT_THAT(told["html"].get<std::string>(), HasSubstr(">Failed<"));
}

TEST_F(DeletionMails, OneThatSomebodyTookBackIsTwoAndTheSecondSaysSo) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  const auto job = erase(tenant);
  ASSERT_EQ(job["status"], "completed") << job;
  EXPECT_EQ(subject(mail(1)), "[shop] Tenant \"Forn Vell\" was deleted");
  EXPECT_EQ(run_json({"job", "restore", job["job_id"], "--wait"}).at("status"), "rolled_back");
  ASSERT_EQ(data_of(tenant), 2);
  const auto told = mail(2);
  EXPECT_EQ(subject(told), "[shop] Tenant \"Forn Vell\" was restored");
  EXPECT_THAT(text(told), AllOf(HasSubstr("What had been deleted was brought back from the archive, as was asked for."),
                                HasSubstr("Job: " + job["job_id"].get<std::string>()), HasSubstr("Deleted: 0\n"),
                                HasSubstr("  crm: brought back: 1\n"), Not(HasSubstr("What went wrong"))));
  EXPECT_THAT(told["html"].get<std::string>(), HasSubstr(">Attention<"));
}

TEST_F(DeletionMails, OneThatCouldNotBeTakenBackSaysWhatIsInTheWay) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  const auto job = erase(tenant);
  ASSERT_EQ(job["status"], "completed") << job;
  mail(1);
  databases_.run(shop_.database("crm"), "DROP TABLE contacts");
  EXPECT_EQ(run({"job", "restore", job["job_id"], "--wait"}).status, 1);
  const auto told = mail(2);
  EXPECT_EQ(subject(told), "[shop] Tenant \"Forn Vell\" could not be restored");
  EXPECT_THAT(text(told), AllOf(HasSubstr("The archive is kept: mend the cause, then have the job tried again."),
                                HasSubstr("  orders: brought back: 3\n"), HasSubstr("  crm: 1, failed\n"),
                                ContainsRegex("What went wrong\n  - crm: bringing back: .*contacts")));
}

TEST_F(DeletionMails, OneThatWasCancelledSaysThatNothingWasDeleted) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  const auto ordered =
      people().as(ana_, "DELETE", tenant_path(tenant), {{"confirm", "Forn Vell"}, {"run_at", "2100-01-01T00:00:00Z"}});
  ASSERT_EQ(ordered.status, 202) << ordered;
  EXPECT_EQ(run({"job", "cancel", ordered.body["job_id"]}).status, 0);
  const auto told = mail(1);
  EXPECT_EQ(subject(told), "[shop] Tenant \"Forn Vell\" was not deleted");
  EXPECT_THAT(text(told), AllOf(HasSubstr("The deletion was cancelled before anything was deleted."),
                                HasSubstr("Status: cancelled\n"), Not(HasSubstr("What went wrong"))));
}

TEST_F(DeletionMails, ThoseOfAUserSayTheIdAndNeitherNameNorAddress) {
  const auto user = people().person("bernat");
  break_crm();
  const auto path = "/api/v1/auth/users/" + user.str();
  EXPECT_EQ(people().as_service("DELETE", path).body["status"], "failed");
  const auto failed = mail(1);
  EXPECT_EQ(subject(failed), fmt::format("[shop] User {} was not deleted completely", user.str()));
  EXPECT_THAT(text(failed), AllOf(HasSubstr("User: " + user.str() + "\n"), HasSubstr("Status: failed\n"),
                                  ContainsRegex("What went wrong\n  - crm: .*of_nobody")));
  databases_.run(shop_.database("crm"), "DROP TABLE of_nobody");
  EXPECT_EQ(people().as_service("DELETE", path).body["status"], "completed");
  const auto deleted = mail(2);
  EXPECT_EQ(subject(deleted), fmt::format("[shop] User {} was deleted", user.str()));
  EXPECT_THAT(text(deleted),
              AllOf(HasSubstr("Every service has deleted its data, counted again, and found nothing left."),
                    HasSubstr("  identity.account: 1\n")));
  for (const auto& told : {failed, deleted}) {
    EXPECT_THAT(told.dump(), AllOf(Not(HasSubstr("bernat")), Not(HasSubstr(People::address_of("bernat")))));
  }
}

}  // namespace
}  // namespace tenure::e2e
