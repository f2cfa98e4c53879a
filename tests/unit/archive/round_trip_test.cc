#include <gmock/gmock.h>

#include <sys/stat.h>

#include "tests/unit/archive/archiving.h"

// C7: what goes into an archive comes out of it, byte for byte, also when it was written by several transactions.
namespace tenure::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RoundTrip : public Archiving {};

TEST_F(RoundTrip, SectionsOfEveryKindComeBackInTheirOrder) {
  const std::vector<Chapter> chapters{rows_of("items", "1\tx\n2\ty\n", 2), changed_rows_of("notes", "7\ta\t\\N\n"),
                                      file_at("0f/mod el.bin", noise(1000))};
  EXPECT_EQ(read(write(chapters)), chapters);
}

TEST_F(RoundTrip, ContentOfEverySizeAroundAMessageComesBack) {
  std::vector<Chapter> chapters;
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 300000U}) {
    chapters.push_back(rows_of("noise", noise(size, static_cast<std::uint32_t>(size))));
    chapters.push_back(rows_of("zeros", std::string(size, '\0')));
  }
  EXPECT_EQ(read(write(chapters)), chapters);
}

TEST_F(RoundTrip, PiecesMayBeOfAnySize) {
  const auto chapter = rows_of("t", noise(200000));
  Writer writer(vault_, label_, key_, [] { return Mark{}; });
  writer.begin_section(chapter.info);
  std::string_view rest = chapter.content;
  for (std::size_t size = 0; !rest.empty(); size = (size + 977) % 40000) {
    writer.append(rest.substr(0, size));
    rest.remove_prefix(std::min(rest.size(), size));
  }
  writer.end_section(1);
  EXPECT_THAT(read(writer.seal()), ElementsAre(chapter));
}

TEST_F(RoundTrip, NamesMayHoldAnyByte) {
  auto chapter = file_at(std::string("a\nb\0c\xff", 6), "x");
  chapter.info.columns = {"\"quoted\"", "", "ünï", std::string(1, '\0')};
  EXPECT_THAT(read(write({chapter})), ElementsAre(chapter));
}

TEST_F(RoundTrip, ATableOf1600LongColumnsIsDescribed) {
  auto chapter = rows_of("wide", "");
  chapter.info.columns.assign(1600, std::string(63, 'c'));
  EXPECT_THAT(read(write({chapter})), ElementsAre(chapter));
}

TEST_F(RoundTrip, ATransactionGoesOnBehindTheMarkOfTheLast) {
  auto mark = write({rows_of("a", "1")});
  EXPECT_EQ(mark.sections, 1);
  mark = write({rows_of("b", "2"), rows_of("c", "3")}, mark);
  mark = write({rows_of("d", "4")}, mark);
  EXPECT_THAT(read(mark), ElementsAre(rows_of("a", "1"), rows_of("b", "2"), rows_of("c", "3"), rows_of("d", "4")));
}

TEST_F(RoundTrip, AWriterCanSealMoreThanOnce) {
  Writer writer(vault_, label_, key_, [] { return Mark{}; });
  const auto nothing = writer.seal();
  writer.begin_section(rows_of("a", "").info);
  writer.append("1");
  writer.end_section(1);
  const auto one = writer.seal();
  EXPECT_EQ(writer.seal(), one);
  EXPECT_THAT(read(nothing), IsEmpty());
  EXPECT_THAT(read(one), ElementsAre(rows_of("a", "1")));
}

TEST_F(RoundTrip, WhatLiesBehindTheMarkIsNotReadAndIsCutOffByTheNextWriter) {
  const auto kept = write({rows_of("a", "1")});
  const auto rolled_back = write({rows_of("b", "2")}, kept);
  put_bytes(bytes() + "torn");
  EXPECT_THAT(read(kept), ElementsAre(rows_of("a", "1")));
  const auto next = write({rows_of("c", "3")}, kept);
  EXPECT_THAT(read(next), ElementsAre(rows_of("a", "1"), rows_of("c", "3")));
  EXPECT_EQ(static_cast<std::int64_t>(bytes().size()), next.length);
  EXPECT_EQ(error_of([&] { read(rolled_back); }), ErrorCode::corrupt);
}

TEST_F(RoundTrip, AFileOfWhichNothingWasKeptIsBegunAnew) {
  write({rows_of("a", noise(5000))});
  const auto mark = write({rows_of("b", "2")});
  EXPECT_THAT(read(mark), ElementsAre(rows_of("b", "2")));
  EXPECT_EQ(static_cast<std::int64_t>(bytes().size()), mark.length);
}

TEST_F(RoundTrip, AnEmptyMarkIsOfNoSectionAndNeedsNoFile) { EXPECT_THAT(read(Mark{}), IsEmpty()); }

TEST_F(RoundTrip, SectionsCanBeReadInAnyOrderAndAgain) {
  const auto mark = write({rows_of("a", "1"), rows_of("b", "2")});
  Reader reader(vault_, label_, key_, mark);
  std::string seen;
  for (const std::size_t at : {1U, 0U, 1U}) {
    reader.read(reader.sections().at(at), [&](std::string_view piece) { seen += piece; });
  }
  EXPECT_EQ(seen, "212");
}

TEST_F(RoundTrip, ASectionReadHalfWayCanBeBegunAgain) {
  const auto content = noise(1000000);
  const auto mark = write({rows_of("a", content)});
  Reader reader(vault_, label_, key_, mark);
  struct Enough {};
  EXPECT_THROW(reader.read(reader.sections().front(), [](std::string_view) { throw Enough{}; }), Enough);
  std::string seen;
  reader.read(reader.sections().front(), [&](std::string_view piece) { seen += piece; });
  EXPECT_EQ(seen, content);
}

TEST_F(RoundTrip, TheKeyCanBeRewrappedAndTheFileStaysAsItIs) {
  const auto mark = write({rows_of("a", "1")});
  const auto newer = KeyRing::generate("k2").reveal();
  const auto rotated = KeyRing::parse(Secret(newer + "\n" + KeyRing::generate("other").reveal()));
  const Vault vault(folder_.path(), rotated);
  const Reader reader(vault, label_, rotated.wrap(data_key_, label_.job), mark);
  EXPECT_THAT(reader.sections(), SizeIs(1));
}

TEST_F(RoundTrip, OnlyTheOwnerCanLookIntoFileAndFolder) {
  write({rows_of("a", "1")});
  const auto mode_of = [](const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  };
  EXPECT_EQ(mode_of(path()), 0600U);
  EXPECT_EQ(mode_of(path().parent_path()), 0700U);
}

TEST_F(RoundTrip, NothingOfTheContentIsReadableInTheFile) {
  write({rows_of("customers", "anna@example.org\n")});
  for (const auto* plain : {"anna", "customers", "tenant_id", kTenant, "orders"}) {
    EXPECT_EQ(bytes().find(plain), std::string::npos) << plain;
  }
}

TEST_F(RoundTrip, MisuseIsAnErrorOfOurs) {
  Writer writer(vault_, label_, key_, [] { return Mark{}; });
  EXPECT_EQ(error_of([&] { writer.append("x"); }), ErrorCode::internal);
  EXPECT_EQ(error_of([&] { writer.end_section(1); }), ErrorCode::internal);
  writer.begin_section(rows_of("a", "").info);
  EXPECT_EQ(error_of([&] { writer.begin_section(rows_of("b", "").info); }), ErrorCode::internal);
  EXPECT_EQ(error_of([&] { writer.seal(); }), ErrorCode::internal);
  EXPECT_EQ(error_of([&] { writer.end_section(-1); }), ErrorCode::internal);
}

}  // namespace
}  // namespace tenure::archive
