#include <gmock/gmock.h>

#include "tests/unit/archive/archiving.h"
#include "tests/unit/archive/forged.h"

// C7, "truncation, reordering, bit flips and a foreign key are detected before a single row is restored": every byte,
// every length, every pair of sections of a small file; once with the mark from the database, and once with a mark and
// digests that were made to fit, so that encryption alone has to notice.
namespace tenure::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Damage : public Archiving {
 protected:
  Damage()
      : mark_(write({rows_of("a", "1\t2\n"), file_at("f", noise(40)), changed_rows_of("b", "3\n"), rows_of("c", "")})) {
    bytes_ = bytes();
    parts_ = take_apart(bytes_);
  }

  /// The error of a reader's constructor, over these bytes and this mark.
  ErrorCode error_of_reading(const std::string& bytes, const Mark& mark) const {
    put_bytes(bytes);
    return error_of([&] { Reader(vault_, label_, key_, mark); });
  }

  void expect_corrupt(const TakenApart& parts) const {
    const auto bytes = put_together(parts);
    ASSERT_NE(bytes, bytes_);
    EXPECT_EQ(error_of_reading(bytes, mark_), ErrorCode::corrupt);
    EXPECT_EQ(error_of_reading(bytes, mark_made_to_fit(bytes)), ErrorCode::corrupt);
  }

  Mark mark_;
  std::string bytes_;
  TakenApart parts_;
};

TEST_F(Damage, TheTestsOwnHandsPutTheFileTogetherAsItWas) {
  ASSERT_EQ(parts_.sections.size(), 4U);
  EXPECT_EQ(put_together(parts_), bytes_);
  EXPECT_EQ(mark_made_to_fit(bytes_), mark_);
  EXPECT_EQ(read(mark_).size(), 4U);
}

TEST_F(Damage, AnyBitThatIsFlippedIsNoticed) {
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    for (const auto bit : {at % 8, (at + 5) % 8}) {
      auto flipped = bytes_;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      ASSERT_EQ(error_of_reading(flipped, mark_), ErrorCode::corrupt) << "byte " << at;
    }
  }
}

TEST_F(Damage, AnyBitThatIsFlippedIsNoticedEvenWithAMarkMadeToFit) {
  std::size_t base = parts_.header.size();
  for (std::size_t section = 0; section < parts_.sections.size(); ++section) {
    // The first 32 bytes are the digest that was made to fit; the last 8 say where the seam is.
    for (std::size_t at = 32; at < parts_.sections[section].size() - 8; ++at) {
      auto parts = parts_;
      parts.sections[section][at] = static_cast<char>(parts.sections[section][at] ^ (1 << at % 8));
      const auto bytes = put_together(parts);
      ASSERT_EQ(error_of_reading(bytes, mark_made_to_fit(bytes)), ErrorCode::corrupt) << "byte " << base + at;
    }
    base += parts_.sections[section].size();
  }
  for (std::size_t at = 0; at < parts_.header.size(); ++at) {
    auto parts = parts_;
    parts.header[at] = static_cast<char>(parts.header[at] ^ (1 << at % 8));
    const auto bytes = put_together(parts);
    ASSERT_EQ(error_of_reading(bytes, mark_made_to_fit(bytes)), ErrorCode::corrupt) << "byte " << at;
  }
}

TEST_F(Damage, ACutAtAnyLengthIsNoticed) {
  for (std::size_t length = 0; length < bytes_.size(); ++length) {
    ASSERT_EQ(error_of_reading(bytes_.substr(0, length), mark_), ErrorCode::corrupt) << length;
  }
}

TEST_F(Damage, AMarkThatDoesNotLieBetweenSectionsIsNoticed) {
  std::vector<std::size_t> seams{28};
  for (const auto& section : parts_.sections) seams.push_back(seams.back() + section.size());
  for (std::size_t length = 1; length < bytes_.size(); ++length) {
    const auto mark = mark_made_to_fit(bytes_.substr(0, length));
    put_bytes(bytes_);
    if (std::find(seams.begin(), seams.end(), length) != seams.end()) {
      EXPECT_EQ(read(mark).size(), static_cast<std::size_t>(mark.sections));
    } else {
      ASSERT_EQ(error_of([&] { read(mark); }), ErrorCode::corrupt) << length;
    }
  }
}

TEST_F(Damage, AnotherNumberOrDigestThanTheMarksIsNoticed) {
  for (const std::int64_t sections : {-1, 0, 3, 5}) {
    auto mark = mark_;
    mark.sections = sections;
    EXPECT_EQ(error_of_reading(bytes_, mark), ErrorCode::corrupt) << sections;
  }
  for (const auto& digest : {std::string(), std::string(64, '0'), mark_.digest + "0"}) {
    auto mark = mark_;
    mark.digest = digest;
    EXPECT_EQ(error_of_reading(bytes_, mark), ErrorCode::corrupt) << digest;
  }
}

TEST_F(Damage, AnotherLengthThanTheMarksIsNoticed) {
  for (std::int64_t length = -1; length < mark_.length + 10; ++length) {
    if (length == mark_.length) continue;
    auto mark = mark_;
    mark.length = length;
    ASSERT_EQ(error_of_reading(bytes_ + "0123456789", mark), ErrorCode::corrupt) << length;
  }
}

TEST_F(Damage, AnyTwoSectionsThatChangedPlacesAreNoticed) {
  for (std::size_t one = 0; one < parts_.sections.size(); ++one) {
    for (std::size_t two = one + 1; two < parts_.sections.size(); ++two) {
      auto parts = parts_;
      std::swap(parts.sections[one], parts.sections[two]);
      expect_corrupt(parts);
    }
  }
}

TEST_F(Damage, ASectionLeftOutOrDoubledIsNoticed) {
  for (std::size_t at = 0; at < parts_.sections.size(); ++at) {
    auto parts = parts_;
    parts.sections.insert(parts.sections.begin() + static_cast<std::ptrdiff_t>(at), parts_.sections[at]);
    const auto doubled = put_together(parts);
    EXPECT_EQ(error_of_reading(doubled, mark_made_to_fit(doubled)), ErrorCode::corrupt);
    // The last one a second time lies behind the mark; without it, it is the file of an earlier mark.
    if (at + 1 == parts_.sections.size()) continue;
    expect_corrupt(parts);
    parts = parts_;
    parts.sections.erase(parts.sections.begin() + static_cast<std::ptrdiff_t>(at));
    expect_corrupt(parts);
  }
}

TEST_F(Damage, WithoutItsLastSectionItIsNotTheFileOfTheMark) {
  parts_.sections.pop_back();
  EXPECT_EQ(error_of_reading(put_together(parts_), mark_), ErrorCode::corrupt);
}

// Both are of this job, service and place; only one belongs to what follows it.
TEST_F(Damage, ASectionThatWasRolledBackInThePlaceOfTheOneThatWasKeptIsNoticed) {
  write({rows_of("a", "old")});
  const auto rolled_back = take_apart(bytes()).sections.at(0);
  const auto mark = write({rows_of("a", "new"), rows_of("b", "1")});
  auto parts = take_apart(bytes());
  ASSERT_EQ(parts.sections.at(0).size(), rolled_back.size());
  parts.sections[0] = rolled_back;
  auto bytes = parts.header;
  for (const auto& section : parts.sections) bytes += section;
  EXPECT_EQ(error_of_reading(bytes, mark), ErrorCode::corrupt);
}

TEST_F(Damage, ASectionOfAnotherFileOfTheSameJobIsNoticed) {
  auto other = label_;
  other.service = "sales";
  Writer writer(vault_, other, key_, [] { return Mark{}; });
  writer.begin_section(rows_of("a", "").info);
  writer.append("1\t2\n");
  writer.end_section(1);
  writer.seal();
  std::swap(label_, other);
  const auto foreign = take_apart(bytes());
  std::swap(label_, other);
  parts_.sections[0] = foreign.sections.at(0);
  expect_corrupt(parts_);
}

TEST_F(Damage, AnotherServicesFileIsNoticed) {
  auto other = label_;
  other.service = "sales";
  std::filesystem::copy_file(path(), vault_.file_of(other.job, other.service));
  EXPECT_EQ(error_of([&] { Reader(vault_, other, key_, mark_); }), ErrorCode::corrupt);
  EXPECT_EQ(error_of([&] { Writer(vault_, other, key_, [&] { return mark_; }); }), ErrorCode::corrupt);
}

TEST_F(Damage, AnotherJobsFileIsNoticed) {
  auto other = label_;
  other.job = JobId::random();
  const auto same_key = ring_.wrap(data_key_, other.job);
  std::filesystem::create_directory(folder_ / other.job.str());
  std::filesystem::copy_file(path(), vault_.file_of(other.job, other.service));
  EXPECT_EQ(error_of([&] { Reader(vault_, other, same_key, mark_); }), ErrorCode::corrupt);
  EXPECT_EQ(error_of([&] { Writer(vault_, other, same_key, [&] { return mark_; }); }), ErrorCode::corrupt);
}

TEST_F(Damage, AnotherSubjectsFileIsNoticed) {
  auto other = label_;
  for (const Subject& subject : {Subject(TenantId::random()), Subject(UserId::parse(kTenant))}) {
    other.subject = subject;
    EXPECT_EQ(error_of([&] { Reader(vault_, other, key_, mark_); }), ErrorCode::corrupt);
    EXPECT_EQ(error_of([&] { Writer(vault_, other, key_, [&] { return mark_; }); }), ErrorCode::corrupt);
  }
}

TEST_F(Damage, AnotherDataKeyIsNoticedAndNamedAsTheReason) {
  const auto other = ring_.wrap(DataKey::random(), label_.job);
  for (const auto& failure : {failure_of([&] { Reader(vault_, label_, other, mark_); }),
                              failure_of([&] { Writer(vault_, label_, other, [&] { return mark_; }); })}) {
    EXPECT_EQ(failure.code, ErrorCode::corrupt);
    EXPECT_EQ(failure.message, path().string() + ": was written with another data key");
  }
}

TEST_F(Damage, AnotherFormatIsNamedAsTheReason) {
  bytes_[8] = 2;
  put_bytes(bytes_);
  EXPECT_THAT(failure_of([&] { Reader(vault_, label_, key_, mark_); }).message, HasSubstr("has format version 2"));
}

TEST_F(Damage, TheSectionIsNamed) {
  bytes_[bytes_.size() - parts_.sections.back().size() - 20] ^= 1;
  put_bytes(bytes_);
  const auto failure = failure_of([&] { Reader(vault_, label_, key_, mark_); });
  EXPECT_EQ(failure.message, path().string() + ": section 2: it is not as it was written");
  EXPECT_EQ(failure.retry, Retry::never);
}

TEST_F(Damage, AFileThatIsShorterThanItsMarkIsNamed) {
  bytes_.pop_back();
  put_bytes(bytes_);
  const auto expected = path().string() + ": is shorter than its mark";
  EXPECT_EQ(failure_of([&] { Reader(vault_, label_, key_, mark_); }).message, expected);
  EXPECT_EQ(failure_of([&] { write({}, mark_); }).message, expected);
}

TEST_F(Damage, AFileThatIsNotThereIsNotFound) {
  std::filesystem::remove(path());
  EXPECT_EQ(error_of([&] { Reader(vault_, label_, key_, mark_); }), ErrorCode::not_found);
}

TEST_F(Damage, WhatChangesAfterTheCheckIsNoticedWhileReading) {
  Reader reader(vault_, label_, key_, mark_);
  bytes_[28 + 32 + 24 + 10] ^= 1;
  put_bytes(bytes_);
  std::string seen;
  EXPECT_EQ(error_of([&] { reader.read(reader.sections()[0], [&](std::string_view piece) { seen += piece; }); }),
            ErrorCode::corrupt);
  EXPECT_EQ(seen, "");
}

TEST_F(Damage, AWriterNoticesItInHeaderAndLastSectionAndChangesNothing) {
  const auto last = bytes_.size() - parts_.sections.back().size();
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    if (at >= parts_.header.size() && at < last) continue;
    auto flipped = bytes_ + "behind the mark";
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    put_bytes(flipped);
    ASSERT_EQ(error_of([&] { write({}, mark_); }), ErrorCode::corrupt) << "byte " << at;
    ASSERT_EQ(bytes(), flipped);
  }
}

TEST_F(Damage, AWriterNoticesAFileThatIsShorter) {
  for (std::size_t length = 0; length < bytes_.size(); ++length) {
    put_bytes(bytes_.substr(0, length));
    ASSERT_EQ(error_of([&] { write({}, mark_); }), ErrorCode::corrupt) << length;
    ASSERT_EQ(bytes().size(), length);
  }
}

TEST_F(Damage, AWriterNoticesAnotherMark) {
  for (std::int64_t length = 1; length < mark_.length; ++length) {
    auto mark = mark_;
    mark.length = length;
    ASSERT_EQ(error_of([&] { write({}, mark); }), ErrorCode::corrupt) << length;
  }
  auto mark = mark_;
  mark.sections = 3;
  EXPECT_EQ(error_of([&] { write({}, mark); }), ErrorCode::corrupt);
  EXPECT_EQ(bytes(), bytes_);
}

}  // namespace
}  // namespace tenure::archive
