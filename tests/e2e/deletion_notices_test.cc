#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/pause.h"
#include "tests/e2e/shop.h"
#include "tests/support/mail_server.h"
#include "tests/support/prometheus.h"
#include "tests/support/receiver.h"

// Spec E4: real deletions tell by e-mail and webhook how they ended, once, however the receivers behave meanwhile.
namespace tenure::e2e {
namespace {

using test::MailServer;
using test::Receiver;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr const char* kName = "<img src=x onerror=alert(1)>";

class DeletionNotices : public ::testing::Test {
 protected:
  /// The shop's estate with these receivers.
  std::string estate(const std::string& lines) const {
    return shop_.write_estate("estate.yaml", {}, std::string(Shop::kGivesUpAtOnce) + "notifications:\n" + lines);
  }
  static std::string mail_lines(const MailServer& server, const std::string& to = "ops@shop.example",
                                const std::string& more = "") {
    return fmt::format(
        "  email:\n    server: {}\n    user: tenure\n    password: ${{SMTP_PASSWORD}}\n    ca_file: {}\n"
        "    from: tenure@shop.example\n    to: [{}]\n{}",
        server.url(), server.ca_file().string(), to, more);
  }
  static std::string hook_lines() { return "  webhook: {url: \"${HOOK_URL}\", secret: \"${HOOK_SECRET}\"}\n"; }

  Environment environment(const std::string& hook = "https://hooks.example") const {
    auto variables = shop_.environment();
    variables["SMTP_PASSWORD"] = MailServer::password();
    variables["HOOK_URL"] = hook + "/s3cret-path";
    variables["HOOK_SECRET"] = kSecret;
    variables["TENURE_METRICS_TOKEN"] = kMetricsToken;
    return variables;
  }
  std::unique_ptr<Server> serve(const std::string& estate, const std::string& hook = "https://hooks.example") {
    return std::unique_ptr<Server>(new Server(shop_.serve(estate, {}, environment(hook))));
  }
  json erase(const Server& server, const TenantId& tenant) const {
    return server.send("DELETE", "/api/v1/tenants/" + tenant.str(), shop_.service_token()).body;
  }
  test::Finished run(std::vector<std::string> words, const std::string& estate, const std::string& hook = "") const {
    words.insert(words.end(), {"--estate", estate});
    return run_tenure(std::move(words), environment(hook));
  }
  void wait_until(const std::string& condition) { shop_.databases().wait_until(shop_.database("control"), condition); }
  static std::string count_of(const std::string& where, int count) {
    return fmt::format("(SELECT count(*) FROM tenure.notices WHERE {}) = {}", where, count);
  }
  /// The next try of what waits is now.
  void make_due() {
    shop_.databases().run(shop_.database("control"),
                          "UPDATE tenure.notices SET due_at = now() WHERE status = 'waiting'");
  }
  /// A service that refuses, since a table of it is nobody's.
  void break_crm() { shop_.databases().run(shop_.database("crm"), "CREATE TABLE of_nobody (id integer PRIMARY KEY)"); }
  double metric(const Server& server, const std::string& receiver, const std::string& status) const {
    const auto answer = http::send({.url = server.url() + "/metrics", .bearer = Secret(kMetricsToken)},
                                   Call::within(Milliseconds(60'000)));
    return test::sample_of(answer.body,
                           fmt::format("deletion_notices{{receiver=\"{}\",status=\"{}\"}}", receiver, status))
        .value_or(-1);
  }
  static std::string header(const server::Request& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "" : found->second;
  }

  static constexpr const char* kMetricsToken = "of-the-scraper-and-nobody-else";
  static constexpr const char* kSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
  Shop shop_;
};

TEST_F(DeletionNotices, ACompletedDeletionIsToldToEverybodyWithItsNumbers) {
  MailServer mail;
  const Receiver hook;
  const auto tenant = shop_.add_tenant(std::string(kName) + "\r\nBcc: evil@example.com \"&");
  const auto server = serve(estate(mail_lines(mail, "ops@shop.example, dpo@shop.example") + hook_lines()), hook.url());
  const auto job = erase(*server, tenant);
  ASSERT_EQ(job["status"], "completed") << job;
  const auto total = std::to_string(job["total_items_deleted"].get<int>());

  const auto mails = mail.wait_for(2);
  ASSERT_THAT(mails, SizeIs(2));
  EXPECT_THAT((std::vector<json>{mails[0]["to"], mails[1]["to"]}),
              UnorderedElementsAre(json{"ops@shop.example"}, json{"dpo@shop.example"}));
  EXPECT_NE(mails[0]["headers"]["message-id"], mails[1]["headers"]["message-id"]);
  for (const auto& one : mails) {
    EXPECT_EQ(one["from"], "tenure@shop.example");
    EXPECT_EQ(one["is_encrypted"], true);
    EXPECT_THAT(one["defects"], IsEmpty());
    EXPECT_THAT(one["headers"]["subject"].get<std::string>(), HasSubstr(std::string("Tenant \"") + kName));
    EXPECT_THAT(one["headers"]["subject"].get<std::string>(), HasSubstr("was deleted"));
    EXPECT_FALSE(one["headers"].contains("bcc"));
    const auto html = one["html"].get<std::string>();
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
    const auto text = one["text"].get<std::string>();
    EXPECT_THAT(text, HasSubstr("Job: " + job["job_id"].get<std::string>()));
    EXPECT_THAT(text, HasSubstr("Tenant: " + tenant.str()));
    EXPECT_THAT(text, HasSubstr("Deleted: " + total + "\n"));
    for (const auto& [service, result] : job["service_results"].items()) {
      EXPECT_THAT(text, HasSubstr(fmt::format("  {}: {}\n", service, result["total"].get<int>())));
    }
  }

  const auto requests = hook.wait_for(1);
  ASSERT_THAT(requests, SizeIs(1));
  const auto& request = requests.front();
  const auto body = json::parse(request.body);
  EXPECT_EQ(body["type"], "deletion.completed");
  EXPECT_EQ(body["estate"], "shop");
  EXPECT_EQ(body["job_id"], job["job_id"]);
  EXPECT_EQ(body["tenant_id"], tenant.str());
  EXPECT_EQ(body["status"], "completed");
  EXPECT_EQ(body["total_items_deleted"], job["total_items_deleted"]);
  for (const auto& step : body["services"]) {
    const auto& result = job["service_results"][step["service"].get<std::string>()];
    EXPECT_EQ(step["items_deleted"], result["total"]);
    EXPECT_EQ(step["status"], "done");
  }
  EXPECT_THAT(body["services"], SizeIs(job["service_results"].size()));
  EXPECT_THAT(request.body, Not(HasSubstr("img")));
  const auto checked = test::run_process(
      {"python3", "-c",
       "import base64, hashlib, hmac, sys\n"
       "print('v1,' + base64.b64encode(hmac.new(b'0123456789abcdef01234567', sys.stdin.buffer.read(), hashlib.sha256)"
       ".digest()).decode(), end='')"},
      {}, header(request, "webhook-id") + "." + header(request, "webhook-timestamp") + "." + request.body);
  EXPECT_EQ(header(request, "webhook-signature"), checked.output) << checked.errors;

  wait_until(count_of("status = 'delivered'", 3));
  EXPECT_EQ(metric(*server, "email", "delivered"), 2);
  EXPECT_EQ(metric(*server, "webhook", "delivered"), 1);
  const auto kept =
      shop_.databases().value(shop_.database("control"), "SELECT string_agg(n::text, '') FROM tenure.notices n");
  for (const auto* data : {"img", "evil", "ops@", "dpo@"}) EXPECT_THAT(kept, Not(HasSubstr(data)));
  EXPECT_EQ(server->stop(), 0);
  for (const auto* secret : {"s3cret", kSecret, "ops@", "onerror"}) {
    EXPECT_THAT(server->output() + server->errors(), Not(HasSubstr(secret)));
  }
  EXPECT_THAT(mail.mails(), SizeIs(2));
  EXPECT_THAT(hook.received(), SizeIs(1));
}

TEST_F(DeletionNotices, AFailedDeletionIsToldWithItsCause) {
  MailServer mail;
  const Receiver hook;
  const auto tenant = shop_.add_tenant("Forn Vell");
  break_crm();
  const auto server = serve(estate(mail_lines(mail) + hook_lines()), hook.url());
  ASSERT_EQ(erase(*server, tenant)["status"], "failed");
  const auto mails = mail.wait_for(1);
  EXPECT_EQ(mails.at(0)["headers"]["subject"], "[shop] Tenant \"Forn Vell\" was not deleted completely");
  for (const auto* part : {"text", "html"}) {
    const auto text = mails[0][part].get<std::string>();
    EXPECT_THAT(text, HasSubstr("What went wrong"));
    EXPECT_THAT(text, HasSubstr("of_nobody"));
  }
  const auto body = json::parse(hook.wait_for(1).at(0).body);
  EXPECT_EQ(body["type"], "deletion.failed");
  EXPECT_EQ(body["reason"], "errors");
  EXPECT_THAT(body.dump(), Not(HasSubstr("of_nobody"))) << "the cause is in the job";
  EXPECT_THAT(body["services"], Contains(json({{"service", "crm"},
                                               {"status", "failed"},
                                               {"items_deleted", 0},
                                               {"attempts", body["services"][0]["attempts"]}})));
}

TEST_F(DeletionNotices, AReceiverThatIsNotWellIsToldLaterAndOnce) {
  MailServer mail({.answers = {"451 rcpt", "452 data"}});
  const Receiver hook({500, 429});
  const auto tenant = shop_.add_tenant("Forn Vell");
  const auto server = serve(estate(mail_lines(mail) + hook_lines()), hook.url());
  ASSERT_EQ(erase(*server, tenant)["status"], "completed");
  const auto requests = hook.wait_for(3);
  EXPECT_EQ(header(requests[0], "webhook-id"), header(requests[2], "webhook-id"));
  EXPECT_EQ(requests[0].body, requests[2].body);
  mail.wait_for(1);
  wait_until(count_of("status = 'delivered' AND tries = 3", 2));
  EXPECT_THAT(mail.mails(), SizeIs(1));
  EXPECT_THAT(hook.received(), SizeIs(3));
  EXPECT_EQ(server->stop(), 0);
  EXPECT_THAT(server->errors(), HasSubstr("the server answered 451"));
  EXPECT_THAT(server->errors(), HasSubstr("answered 500"));
}

TEST_F(DeletionNotices, WhatAKilledProcessHadNotSentComesFromTheNext) {
  auto mail = std::make_unique<MailServer>();
  const auto port = mail->port();
  const auto file =
      estate(fmt::format("  email: {{server: \"smtp://localhost:{}\", starttls: false, "
                         "from: tenure@shop.example, to: [ops@shop.example]}}\n",
                         port));
  mail.reset();
  const auto tenant = shop_.add_tenant("Forn Vell");
  auto server = serve(file);
  ASSERT_EQ(erase(*server, tenant)["status"], "completed") << "a mail server that is down is not its matter";
  wait_until(count_of("status = 'waiting' AND why IS NOT NULL", 1));
  server->kill();
  mail = std::make_unique<MailServer>(test::MailServerSettings{.tls = "none", .user = "-", .port = port});
  server = serve(file);
  make_due();
  EXPECT_THAT(mail->wait_for(1).at(0)["text"].get<std::string>(), HasSubstr(tenant.str()));
  wait_until(count_of("status = 'delivered'", 1));
  EXPECT_THAT(mail->mails(), SizeIs(1));
}

TEST_F(DeletionNotices, WhatIsRefusedIsGivenUpShownAndTriedAnewWhenAsked) {
  MailServer mail({.answers = {"550 rcpt"}});
  const auto file = estate(mail_lines(mail, "ops@shop.example, dpo@shop.example"));
  const auto tenant = shop_.add_tenant("Forn Vell");
  const auto server = serve(file);
  ASSERT_EQ(erase(*server, tenant)["status"], "completed");
  mail.wait_for(1);
  wait_until(count_of("status = 'given_up'", 1));
  wait_until(count_of("status = 'delivered'", 1));
  EXPECT_EQ(metric(*server, "email", "given_up"), 1);
  const auto listed = run({"notice", "list", "--json"}, file);
  ASSERT_EQ(listed.status, 0) << listed.errors;
  const auto notices = json::parse(listed.output)["notices"];
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_EQ(notices[0]["status"], "given_up");
  EXPECT_EQ(notices[0]["why"], "the server answered 550");
  EXPECT_EQ(notices[0]["kind"], "deletion.completed");
  EXPECT_THAT(notices[0]["receiver"].get<std::string>(), testing::StartsWith("email "));
  const auto id = notices[0]["notice_id"].get<std::string>();
  EXPECT_THAT(run({"notice", "list"}, file).output, HasSubstr(id));
  EXPECT_EQ(run({"notice", "retry", id}, file).status, 0);
  mail.wait_for(2);
  wait_until(count_of("status = 'delivered'", 2));
  EXPECT_THAT(run({"notice", "list"}, file).output, HasSubstr("everything was delivered"));
  EXPECT_NE(run({"notice", "retry", id}, file).status, 0);
  EXPECT_THAT(run({"notice", "retry", "x"}, file).errors, HasSubstr("notice: "));
  EXPECT_EQ(server->stop(), 0);
  EXPECT_THAT(server->errors(), HasSubstr("notice_given_up"));
}

TEST_F(DeletionNotices, AServerWithAnotherCertificateGetsNothing) {
  MailServer mail;
  const MailServer other;
  auto lines = mail_lines(mail);
  lines.replace(lines.find(mail.ca_file().string()), mail.ca_file().string().size(), other.ca_file().string());
  const auto tenant = shop_.add_tenant("Forn Vell");
  const auto server = serve(estate(lines));
  ASSERT_EQ(erase(*server, tenant)["status"], "completed");
  wait_until(count_of("status = 'waiting' AND why LIKE '%certificate%'", 1));
  EXPECT_THAT(mail.mails(), IsEmpty());
}

TEST_F(DeletionNotices, AMailServerThatHangsHoldsUpNoDeletionNoOtherReceiverAndNoStop) {
  MailServer mail({.answers = {"hang", "hang", "hang", "hang"}});
  const Receiver hook;
  const auto tenant = shop_.add_tenant("Forn Vell");
  const auto neighbour = shop_.add_tenant("Neighbour");
  const auto server = serve(estate(mail_lines(mail) + hook_lines()), hook.url());
  ASSERT_EQ(erase(*server, tenant)["status"], "completed");
  mail.wait_for_answer("hanging");
  EXPECT_EQ(erase(*server, neighbour)["status"], "completed");
  hook.wait_for(2);
  EXPECT_EQ(server->stop(), 0);
  wait_until(count_of("status = 'waiting' AND receiver LIKE 'email:%'", 2));
}

TEST_F(DeletionNotices, ACommandOnTheEstateTellsByItself) {
  MailServer mail;
  const auto file = estate(mail_lines(mail, "ops@shop.example", "    on: [completed]\n"));
  const auto tenant = shop_.add_tenant("Forn Vell");
  const auto erased = run({"erase", tenant.str(), "--confirm", "Forn Vell"}, file);
  ASSERT_EQ(erased.status, 0) << erased.errors;
  EXPECT_THAT(mail.wait_for(1), SizeIs(1));
  wait_until(count_of("status = 'delivered'", 1));
  const auto unwanted = shop_.add_tenant("Failing");
  break_crm();
  EXPECT_NE(run({"erase", unwanted.str(), "--confirm", "Failing"}, file).status, 0);
  wait_until(count_of("true", 1));  // only what `on` names
}

TEST_F(DeletionNotices, ATestTellsEverybodyAndSaysWhoCouldNotBe) {
  MailServer mail;
  const Receiver hook({403});
  const auto file = estate(mail_lines(mail) + hook_lines());
  const auto failed = run({"notice", "test"}, file, hook.url());
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.output, HasSubstr("answered 403"));
  EXPECT_THAT(failed.output, HasSubstr("email 1"));
  EXPECT_EQ(mail.wait_for(1).at(0)["headers"]["subject"], "[shop] Notices of deletions arrive here");
  EXPECT_EQ(run({"notice", "test"}, file, hook.url()).status, 0);
  EXPECT_EQ(json::parse(hook.received().at(1).body)["type"], "test");
}

TEST_F(DeletionNotices, WhatIsWrongInTheFileIsSaidAtItsLine) {
  const auto file = estate("  email: {server: smtp://mail.example, from: x, to: [y], user: u, password: s3cret}\n");
  const auto finished = run({"notice", "test"}, file);
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.errors, HasSubstr("estate.yaml:7: notifications.email.from: must be an e-mail address"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace tenure::e2e
