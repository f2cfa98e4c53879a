#include "estate/notation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate/problems.h"

namespace tenure::estate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(Notation, DurationsHaveANumberAndAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("60s"), 60s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  for (const auto* text : {"", "5", "s", "5 s", "-5s", "+5s", "5.5s", "5S", "5d", "0ms", "25h", "86400001ms",
                           "4294967296ms", "99999999999999999999s", "1m30s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Notation, TimesInDaysAreOfOneToAYear) {
  EXPECT_EQ(parse_days("1d"), 24h);
  EXPECT_EQ(parse_days("365d"), 365 * 24h);
  for (const auto* text : {"", "d", "30", "0d", "366d", "-1d", "1.5d", "24h", "1d ", "1D", "65537d"}) {
    EXPECT_EQ(parse_days(text), std::nullopt) << text;
  }
}

TEST(Notation, NumbersAreFiniteAndAboveZero) {
  EXPECT_EQ(parse_positive_number("50"), 50);
  EXPECT_EQ(parse_positive_number("0.5"), 0.5);
  for (const auto* text : {"", "0", "-1", "+1", "1e400", "inf", "nan", "0x10", "10/s", "1,5", " 1"}) {
    EXPECT_EQ(parse_positive_number(text), std::nullopt) << text;
  }
}

TEST(Notation, NamesAreSeparatedByCommas) {
  EXPECT_THAT(parse_names("a").value(), ElementsAre("a"));
  EXPECT_THAT(parse_names("a,b ,  c d").value(), ElementsAre("a", "b", "c d"));
  for (const auto* text : {"", ",", "a,", ",a", "a,,b", "a,a", "a.b", "a(b", "\"a\""}) {
    EXPECT_EQ(parse_names(text), std::nullopt) << text;
  }
}

TEST(Notation, ANameFitsPostgresqlsLimit) {
  EXPECT_TRUE(is_name(std::string(63, 'x')));
  EXPECT_FALSE(is_name(std::string(64, 'x')));
  EXPECT_TRUE(is_name("größe"));
  EXPECT_FALSE(is_name(" a"));
  EXPECT_FALSE(is_name("a\tb"));
}

TEST(Notation, ServiceNamesArePlainAndPrefixesMayHaveHyphens) {
  EXPECT_TRUE(is_service_name("alert_processor2"));
  EXPECT_TRUE(is_prefix("alert-processor"));
  EXPECT_FALSE(is_service_name("alert-processor"));
  for (const auto* text : {"", "2a", "_a", "-a", "A", "a.b", "a/b", "é"}) EXPECT_FALSE(is_prefix(text)) << text;
  EXPECT_TRUE(is_service_name(std::string(63, 'x')));
  EXPECT_FALSE(is_service_name(std::string(64, 'x')));
}

TEST(Nearest, FindsASlipAndNothingFarther) {
  const std::vector<std::string_view> known{"prefix", "timeout", "id", "name"};
  EXPECT_EQ(nearest("perfix", known), "prefix");
  EXPECT_EQ(nearest("Timeout", known), "timeout");
  EXPECT_EQ(nearest("zz", known), "");
  EXPECT_EQ(nearest("schemas", known), "");
  EXPECT_EQ(nearest(std::string(100000, 'x'), known), "");
}

TEST(Shown, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "é";
  const auto cut = shown(text);
  EXPECT_TRUE(cut.ends_with("é…"));
  EXPECT_EQ(shown("a\nb"), "a?b");
}

}  // namespace
}  // namespace tenure::estate
