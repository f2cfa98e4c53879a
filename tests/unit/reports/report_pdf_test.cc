#include "reports/report_pdf.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/deletion_report.h"
#include "reports/pdf_document.h"
#include "reports/shown_text.h"
#include "reports/signed_file.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/reports/sample_job.h"

// E5: the report on paper, as other programs read it.
namespace tenure::reports {
namespace {

using jobs::JobState;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ReportPdf : public ::testing::Test {
 protected:
  ReportPdf() { std::filesystem::create_directories(folder_.path()); }

  json report_of(const jobs::Job& job) const {
    return deletion_report(job, completed_history(), {.estate = "bakery", .version = "1"});
  }
  std::string file_of(const jobs::Job& job) const {
    const auto file = (folder_.path() / "report.pdf").string();
    std::ofstream(file, std::ios::binary) << report_pdf(report_of(job), key_);
    return file;
  }
  std::string text_of(const jobs::Job& job) const {
    const auto read = test::run_process({"pdftotext", "-layout", file_of(job), "-"});
    EXPECT_EQ(read.status, 0) << read.errors;
    return read.output;
  }

  const test::TemporaryFolder folder_;
  const signing::SigningKey key_ = signing::SigningKey::generate();
};

TEST_F(ReportPdf, SaysWhatTheReportSays) {
  EXPECT_THAT(text_of(completed_job()),
              AllOf(HasSubstr("Certificate of erasure"), HasSubstr("Erased and verified"), HasSubstr("35,784"),
                    HasSubstr(kTenant.str()), HasSubstr("user/" + kUser.str()), HasSubstr("2026-03-31 12:00:05 UTC"),
                    HasSubstr("shipped with the product (is_system = true)"), HasSubstr("page 1 of 2"),
                    HasSubstr(key_.public_key().id()), Not(HasSubstr("onerror"))));
}

TEST_F(ReportPdf, SealTellsHowTheJobEnded) {
  auto job = completed_job();
  const auto ended = [&](JobState state) {
    job.state = state;
    return text_of(job);
  };
  EXPECT_THAT(ended(JobState::rolled_back), AllOf(HasSubstr("Deletion report"), HasSubstr("Taken back")));
  EXPECT_THAT(ended(JobState::cancelled), HasSubstr("Nothing was deleted"));
  EXPECT_THAT(ended(JobState::compensation_failed), HasSubstr("Not all is back"));
  job.error_log = {"orders: verification: left after 3 rounds"};
  EXPECT_THAT(ended(JobState::failed),
              AllOf(HasSubstr("The erasure is not complete"), HasSubstr("left after 3 rounds")));
  job.steps[0].verification.reset();
  EXPECT_THAT(ended(JobState::completed), AllOf(HasSubstr("Deletion report"), Not(HasSubstr("Certificate"))));
}

TEST_F(ReportPdf, AttachedFileIsTheSignedReport) {
  const auto saved = (folder_.path() / "attached.json").string();
  const auto file = file_of(completed_job());
  ASSERT_EQ(test::run_process({"pdfdetach", "-save", "1", "-o", saved, file}).status, 0);
  std::stringstream attached;
  attached << std::ifstream(saved).rdbuf();
  EXPECT_EQ(attached.str(), sign_json(report_of(completed_job()), key_));
}

// Whatever an estate's tables and reasons are called, everything stands within the margins, on as many pages as it
// needs.
TEST_F(ReportPdf, LongNamesWrapAndPagesAreCounted) {
  auto job = completed_job();
  job.steps.clear();
  for (int service = 0; service < 13; ++service) {
    jobs::Counts counts;
    for (int table = 0; table < 9; ++table)
      counts[fmt::format("table_{}_{}", table, std::string(90, 'x'))] = 1234567890123;
    job.steps.push_back(done_step(fmt::format("service_{}_{}", service, std::string(50, 'y')), counts));
    job.steps.back().verification->kept_reasons["kept"] = std::string(3000, 'z') + " end";
  }
  const auto file = file_of(job);
  const auto info = test::run_process({"pdfinfo", file});
  EXPECT_THAT(info.output, HasSubstr("Page size:       595 x 842 pts (A4)"));
  const auto boxes = test::run_process({"pdftotext", "-bbox", file, "-"}).output;
  int words = 0;
  for (auto at = boxes.find("xMax=\""); at != std::string::npos; at = boxes.find("xMax=\"", at + 1)) {
    EXPECT_LE(std::stod(boxes.substr(at + 6)), PdfDocument::kWidth - 47);
    ++words;
  }
  EXPECT_GT(words, 500);
  const auto pages = test::run_process({"pdftotext", "-layout", file, "-"}).output;
  const auto total = std::count(pages.begin(), pages.end(), '\f');
  EXPECT_THAT(pages, HasSubstr(fmt::format("page {} of {}", total, total)));
  EXPECT_THAT(pages, HasSubstr("1,234,567,890,123"));
}

TEST(ShownText, IsOneLineOfLettersThatStayInTheirPlace) {
  EXPECT_EQ(shown("orders, Zażółć, Ωμέγα, заказы – 5 €"), "orders, Zażółć, Ωμέγα, заказы – 5 €");
  EXPECT_EQ(shown("<img src=x onerror=alert(1)>"), "<img src=x onerror=alert(1)>");
  EXPECT_EQ(shown("a\nb\x1b[31m"), "a\\u{a}b\\u{1b}[31m");
  EXPECT_EQ(shown("\u202eabc"), "\\u{202e}abc");
  EXPECT_EQ(shown("日"), "\\u{65e5}");
  EXPECT_EQ(shown("a\xff"), "a\\x{ff}");
}

TEST(PdfDocument, WrapsBetweenWordsThenBehindMarksThenAnywhere) {
  const PdfDocument document("title", at(0));
  const Style style;
  for (const auto& text : {std::string("a few words that are longer than one line is wide"), std::string(400, 'w'),
                           std::string("service_with_a_name/of_many-parts.that_goes_on")}) {
    std::string whole;
    for (const auto& line : document.wrapped(text, 60, style)) {
      EXPECT_LE(document.width_of(line, style), 60) << line;
      whole += (whole.empty() || text.find(' ') == std::string::npos ? "" : " ") + line;
    }
    EXPECT_EQ(whole, text);
  }
  EXPECT_EQ(document.wrapped("", 60, style), std::vector<std::string>{""});
  EXPECT_EQ(document.wrapped("order_items", document.width_of("order_it", style), style),
            (std::vector<std::string>{"order_", "items"}));
}

}  // namespace
}  // namespace tenure::reports
