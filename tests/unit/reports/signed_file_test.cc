#include "reports/signed_file.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reports/deletion_report.h"
#include "reports/report_pdf.h"
#include "tests/support/error_of.h"
#include "tests/unit/reports/sample_job.h"

// E5: a signed report is opened as it was signed, and in no other way; what is wrong with another is said.
namespace tenure::reports {
namespace {

using nlohmann::json;
using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

const signing::SigningKey& key() {
  static const auto key = signing::SigningKey::generate();
  return key;
}

json open(std::string_view file) { return open_signed(file, key().public_key()); }

std::string why(std::string_view file) {
  return error_of([&] { open(file); }).what();
}

const json kReport{{"format", "tenure deletion report v1"}, {"job_id", "x"}};

/// A PDF of one line, with the report attached.
std::string small_pdf() { return sign_pdf("%PDF-1.3\npages\n" + sign_json(kReport, key()) + "%%EOF\n", key()); }

std::string real_pdf() {
  return report_pdf(deletion_report(completed_job(), completed_history(), {.estate = "bakery", .version = "1"}), key());
}

TEST(SignedFile, IsOpenedAsItWasSigned) {
  const auto file = sign_json(kReport, key());
  EXPECT_EQ(open(file), kReport);
  EXPECT_EQ(json::parse(file)["report"], kReport) << "it is JSON as a whole";
  EXPECT_EQ(sign_json(kReport, key()), file);
  EXPECT_EQ(open(small_pdf()), kReport);
  EXPECT_EQ(open(real_pdf())["job_id"], kJob.str());
  EXPECT_EQ(real_pdf(), real_pdf());
}

TEST(SignedFile, ItsSecondLineIsWhatIsSigned) {
  const auto file = sign_json(kReport, key());
  const auto line = file.substr(file.find('\n') + 1, file.find('\n', file.find('\n') + 1) - file.find('\n'));
  EXPECT_EQ(line, kReport.dump() + "\n");
}

TEST(SignedFile, EveryChangedByteIsRefused) {
  for (const auto& file : {sign_json(kReport, key()), small_pdf()}) {
    for (std::size_t at = 0; at < file.size(); ++at) {
      for (const int flip : {0x01, 0x20, 0x80}) {
        auto changed = file;
        changed[at] = static_cast<char>(changed[at] ^ flip);
        EXPECT_THROW(open(changed), Error) << at;
      }
    }
  }
}

TEST(SignedFile, ChangedPageIsRefused) {
  const auto file = real_pdf();
  for (std::size_t at = 5; at < file.size(); at += 1013) {
    auto changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THAT(why(changed), HasSubstr("changed after it was signed")) << at;
  }
}

TEST(SignedFile, CutShortAnywhereIsRefused) {
  for (const auto& file : {sign_json(kReport, key()), small_pdf()}) {
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_THROW(open(file.substr(0, size)), Error) << size;
    }
    EXPECT_THAT(why(file.substr(0, file.size() - 1)), HasSubstr("cut short"));
    EXPECT_THAT(why(file.substr(0, file.size() / 2)), HasSubstr("cut short"));
  }
}

TEST(SignedFile, AppendedBytesAreRefused) {
  for (const auto& file : {sign_json(kReport, key()), small_pdf()}) {
    EXPECT_THAT(why(file + "\n"), HasSubstr("1 bytes behind its signature"));
    EXPECT_THAT(why(file + "1 0 obj\nendobj\n%%EOF\n"), HasSubstr("behind its signature"));
    EXPECT_THROW(open(file + file), Error);
  }
}

TEST(SignedFile, AnotherKeyIsNamed) {
  const auto other = signing::SigningKey::generate();
  for (const auto& file : {sign_json(kReport, other), sign_pdf("%PDF-1.3\n%%EOF\n", other)}) {
    const auto error = error_of([&] { open(file); });
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("not signed by this key, " + key().public_key().id()),
                                    HasSubstr("by key " + other.public_key().id())));
  }
}

TEST(SignedFile, KeyIdOfAnotherSignatureDoesNotHelp) {
  const auto other = signing::SigningKey::generate();
  auto file = sign_json(kReport, other);
  file.replace(file.find(other.public_key().id()), 32, key().public_key().id());
  EXPECT_THAT(why(file), HasSubstr("changed after it was signed"));
}

TEST(SignedFile, SignatureOverAnotherKindOfEvidenceIsRefused) {
  const auto line = kReport.dump() + "\n";
  const auto good = sign_json(kReport, key());
  const auto as_pdf = sign_pdf(line, key());
  const auto value = as_pdf.substr(as_pdf.size() - 89, 88);
  auto forged = good;
  forged.replace(good.size() - 4 - 88, 88, value);
  EXPECT_THAT(why(forged), HasSubstr("changed after it was signed"));
}

TEST(SignedFile, WhatIsNoReportIsNone) {
  for (const auto* text : {"", "{}", "{\"report\": {}}", "PK\x03\x04", "null\n", " %PDF-1.3\n"}) {
    EXPECT_EQ(error_of([&] { open(text); }).code(), ErrorCode::invalid_argument) << text;
  }
  EXPECT_THAT(why("%PDF-1.7\nany other document\n%%EOF\n"), HasSubstr("no signature at its end"));
  EXPECT_THAT(why(json::parse(sign_json(kReport, key())).dump(2)), HasSubstr("no report as Tenure writes it"))
      << "its layout is part of it";
}

}  // namespace
}  // namespace tenure::reports
