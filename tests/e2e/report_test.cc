#include <gmock/gmock.h>

#include "tests/e2e/archived_shop.h"

// E5: the report of a real deletion, by command and over HTTP, and what is told of a forged one; with the public key
// alone, by `tenure verify` and by openssl.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kScript = "<img src=x onerror=alert(1)>";

class Report : public ArchivedShop {
 protected:
  Report() {
    const auto printed = run_on_estate({"key", "evidence"});
    EXPECT_EQ(printed.status, 0) << printed.errors;
    write("public.pem", printed.output);
  }

  std::string file(const std::string& name) const { return (shop_.folder() / name).string(); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::stringstream bytes;
    bytes << std::ifstream(file(name), std::ios::binary).rdbuf();
    return bytes.str();
  }
  std::string erased(const TenantId& tenant) {
    const auto job = run_json({"erase", tenant.str(), "--confirm", kScript});
    EXPECT_EQ(job.at("status"), "completed") << job;
    return job.at("job_id");
  }
  /// Nothing that it is run in has an estate, a database or a network address.
  test::Finished verify(const std::string& name, const std::string& key = "public.pem") const {
    return run_tenure({"verify", file(name), "--key", file(key)});
  }
  std::string why(const std::string& name, int status = 1) const {
    const auto finished = verify(name);
    EXPECT_EQ(finished.status, status);
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.errors, HasSubstr(file(name) + ": "));
    return finished.errors;
  }
  /// The commands of docs/reports.md under the heading, as they stand there.
  static std::string documented(const std::string& heading) {
    std::stringstream page;
    page << std::ifstream(std::string(TENURE_SOURCE_DIR) + "/docs/reports.md").rdbuf();
    const auto text = page.str();
    const auto begin = text.find("```sh\n", text.find("### " + heading)) + 6;
    return text.substr(begin, text.find("```", begin) - begin);
  }

  const UserId ana_ = people().person("ana");
  const TenantId tenant_ = tenant_with_data(ana_, kScript);
};

TEST_F(Report, OfADeletionIsACertificateThatVerifies) {
  const auto job = erased(tenant_);
  ASSERT_EQ(run({"report", job, "-o", file("report.json")}).status, 0);
  ASSERT_EQ(run({"report", job, "--pdf", "-o", file("report.pdf")}).status, 0);
  for (const auto* name : {"report.json", "report.pdf"}) {
    const auto verified = verify(name);
    EXPECT_EQ(verified.status, 0) << verified.errors;
    EXPECT_THAT(verified.output, AllOf(HasSubstr("Certificate of erasure of tenant " + tenant_.str()), HasSubstr(job)));
  }
  const auto report = json::parse(read("report.json"))["report"];
  EXPECT_EQ(report["document"], "certificate");
  EXPECT_EQ(report["totals"]["left"], 0);
  EXPECT_EQ(report["requested"]["by"], "service/operator");
  for (const auto& service : report["services"]) {
    EXPECT_FALSE(service["verified_at"].is_null()) << service;
    const bool is_orders = service["service"] == "orders";
    EXPECT_EQ(service["deleted"] == 3, is_orders) << "an order with two items: " << service;
  }
  const auto text = test::run_process({"pdftotext", "-layout", file("report.pdf"), "-"});
  EXPECT_THAT(text.output,
              AllOf(HasSubstr("Erased and verified"), HasSubstr("order_items"), Not(HasSubstr("onerror"))));
  EXPECT_THAT(read("report.json"), Not(HasSubstr("onerror"))) << "the name is not evidence";
}

TEST_F(Report, IsTheSameByCommandOverHttpAndWithoutAServer) {
  const auto job = erased(tenant_);
  const auto path = "/api/v1/auth/deletion-jobs/" + job + "/report";
  for (const auto* format : {"json", "pdf"}) {
    const auto over_http = people().as_service("GET", path + "?format=" + format);
    ASSERT_EQ(over_http.status, 200) << over_http.text;
    auto words = std::vector<std::string>{"report", job};
    if (format == std::string("pdf")) words.emplace_back("--pdf");
    EXPECT_EQ(run(words).output, over_http.text);
    EXPECT_EQ(run_on_estate(words).output, over_http.text);
  }
  EXPECT_EQ(people().as_service("GET", "/api/v1/auth/evidence-key.pem").text, read("public.pem"));
}

TEST_F(Report, ForgedOneIsRefusedWithTheReason) {
  const auto job = erased(tenant_);
  const auto good = run({"report", job}).output;
  const auto pdf = run({"report", job, "--pdf"}).output;
  auto forged = good;
  forged.replace(forged.find("\"deleted\":3"), 11, "\"deleted\":9");
  write("forged.json", forged);
  EXPECT_THAT(why("forged.json"), HasSubstr("was changed after it was signed"));
  auto page = pdf;
  page[page.size() / 2] = static_cast<char>(page[page.size() / 2] ^ 1);
  write("forged.pdf", page);
  EXPECT_THAT(why("forged.pdf"), HasSubstr("was changed after it was signed"));
  write("longer.pdf", pdf + "%%EOF\n");
  EXPECT_THAT(why("longer.pdf"), HasSubstr("6 bytes behind its signature"));
  write("shorter.pdf", pdf.substr(0, pdf.size() - 100));
  EXPECT_THAT(why("shorter.pdf"), HasSubstr("cut short"));
  write("other.json", "{\"report\": 1}");
  EXPECT_THAT(why("other.json", 2), HasSubstr("is no report"));

  write("good.json", good);
  const auto other = run_tenure({"key", "create-evidence", file("other.key")});
  write("other.pem", other.output);
  const auto refused = verify("good.json", "other.pem");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("is not signed by this key"));
  const auto wrong = verify("good.json", "good.json");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("not a public key in PEM"));
  EXPECT_EQ(verify("good.json", "other.key").status, 2) << "a private key is for nobody's eyes";
}

// What an auditor does who has no Tenure.
TEST_F(Report, OpensslAloneVerifiesIt) {
  const auto job = erased(tenant_);
  ASSERT_EQ(run({"report", job, "-o", file("report.json")}).status, 0);
  ASSERT_EQ(run({"report", job, "--pdf", "-o", file("report.pdf")}).status, 0);
  for (const auto* heading : {"A JSON file", "A PDF"}) {
    const auto script = "cd " + shop_.folder().string() + "\n" + documented(heading);
    const auto good = test::run_process({"bash", "-euo", "pipefail", "-c", script});
    EXPECT_EQ(good.status, 0) << heading << good.output << good.errors;
    EXPECT_THAT(good.output, HasSubstr("Signature Verified Successfully"));
  }
  auto forged = read("report.json");
  forged.replace(forged.find("\"deleted\":3"), 11, "\"deleted\":9");
  write("report.json", forged);
  const auto script = "cd " + shop_.folder().string() + "\n" + documented("A JSON file");
  EXPECT_NE(test::run_process({"bash", "-euo", "pipefail", "-c", script}).status, 0);
}

TEST_F(Report, OfWhatWasTakenBackIsNoCertificate) {
  const auto job = erased(tenant_);
  ASSERT_EQ(run_json({"job", "restore", job, "--wait"}).at("status"), "rolled_back");
  ASSERT_EQ(run({"report", job, "-o", file("report.json")}).status, 0);
  EXPECT_THAT(verify("report.json").output, AllOf(HasSubstr("Deletion report of"), HasSubstr("rolled_back")));
  const auto report = json::parse(read("report.json"))["report"];
  EXPECT_EQ(report["document"], "report");
  EXPECT_TRUE(report["point_of_no_return"].is_null());
  for (const auto& service : report["services"]) EXPECT_TRUE(service["verified_at"].is_null()) << service;
}

TEST_F(Report, TellsWhenTheArchivesKeyWasDestroyed) {
  const auto job = erased(tenant_);
  const auto before = json::parse(run({"report", job}).output)["report"];
  EXPECT_EQ(before["point_of_no_return"]["is_passed"], false);
  EXPECT_EQ(run({"report", job}).output, run({"report", job}).output);
  ASSERT_EQ(run_on_estate({"archive", "shred", job, "--confirm", job}).status, 0);
  const auto after = json::parse(run({"report", job}).output)["report"];
  EXPECT_EQ(after["point_of_no_return"]["is_passed"], true);
  EXPECT_EQ(after["as_of"], after["archive"]["key_destroyed_at"]);
}

TEST_F(Report, OfAUserTellsWhatBecameOfTheirTenant) {
  const auto job = run_json({"user", "erase", ana_.str(), "--confirm", People::address_of("ana")});
  ASSERT_EQ(job.at("status"), "completed") << job;
  ASSERT_EQ(run({"report", job.at("job_id"), "--pdf", "-o", file("report.pdf")}).status, 0);
  EXPECT_THAT(verify("report.pdf").output, HasSubstr("of user " + ana_.str()));
  const auto text = test::run_process({"pdftotext", "-layout", file("report.pdf"), "-"}).output;
  EXPECT_THAT(text, AllOf(HasSubstr("Tenants that the user owned"), HasSubstr(tenant_.str()), Not(HasSubstr("ana"))));
}

TEST_F(Report, IsForWhoeverMaySeeTheJob) {
  const auto other = people().person("bob");
  const auto job = erased(tenant_);
  const auto path = "/api/v1/auth/deletion-jobs/" + job + "/report";
  EXPECT_EQ(people().as(other, "GET", path).status, 404);
  EXPECT_EQ(people().as_service("GET", path + "?format=xml").status, 400);
  EXPECT_EQ(people().as_service("GET", path + "?formt=pdf").status, 400);
  const auto nobody = run({"report", Uuid::random().str()});
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.errors, HasSubstr("there is no job"));
}

TEST_F(Report, FaultyKeyIsNoticedWhenTheServerStarts) {
  std::filesystem::permissions(shop_.folder() / "state" / "evidence_key.pem", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  stop_server();
  try {
    serve();
    ADD_FAILURE() << "it has started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("evidence_key.pem: is open to other users"));
  }
}

TEST_F(Report, IsThereOnceTheJobHasEnded) {
  const auto made = people().as_service("POST", "/api/v1/auth/deletion-jobs",
                                        {{"tenant_id", tenant_.str()}, {"run_at", "2099-01-01T00:00:00Z"}});
  ASSERT_EQ(made.status, 202) << made.text;
  const auto job = made.body.at("job_id").get<std::string>();
  const auto early = run({"report", job});
  EXPECT_EQ(early.status, 1);
  EXPECT_THAT(early.errors, HasSubstr("is scheduled: there is a report once it has ended"));
  EXPECT_EQ(people().as_service("GET", "/api/v1/auth/deletion-jobs/" + job + "/report").status, 409);
}

}  // namespace
}  // namespace tenure::e2e
