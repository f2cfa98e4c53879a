#include "cli/text.h"

#include <gtest/gtest.h>

#include <limits>

// Text for a terminal is made of what anybody may have typed into a name: nothing of it steers the terminal (spec E7).

namespace tenure::cli {
namespace {

using nlohmann::json;

TEST(Grouped, SetsCommasEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-999), "-999");
  EXPECT_EQ(grouped(-1000), "-1,000");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(Printable, LeavesTextOfAnyLanguageAsItIs) {
  for (const char* text : {"", "Forn Vell", "Café Müller & Söhne", "パン屋", "مخبز", "🥐"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, ShowsWhatWouldSteerATerminalAsItsCode) {
  EXPECT_EQ(printable("\x1b[2Jgone"), "\\x1b[2Jgone");
  EXPECT_EQ(printable("one\r\ntwo\t"), "one\\x0d\\x0atwo\\x09");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "\\u{9b}2J");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "live"),
            "\\u{202e}live");
  EXPECT_EQ(printable("\xe2\x81\xa6\xd8\x9c\xe2\x80\xa8"), "\\u{2066}\\u{61c}\\u{2028}");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Printable, SurvivesBytesThatAreNoUtf8) {
  for (const char* text : {"\xff", "\x80", "\xe2\x80", "\xc3(", "\xf8\x88\x80\x80\x80"})
    EXPECT_NO_THROW(printable(text));
}

TEST(Fields, AbsentNullAndOfAnotherKindAreTheFallback) {
  const json object = {{"text", "a\nb"}, {"number", 7}, {"nothing", nullptr}};
  EXPECT_EQ(text_or(object, "text", "-"), "a\\x0ab");
  for (const char* key : {"number", "nothing", "absent"}) EXPECT_EQ(text_or(object, key, "-"), "-");
  EXPECT_EQ(number_of(object, "number"), 7);
  for (const char* key : {"text", "nothing", "absent"}) EXPECT_EQ(number_of(object, key), 0);
  EXPECT_EQ(quoted_name(object, "text"), " \"a\\x0ab\"");
  EXPECT_EQ(quoted_name(object, "absent"), "");
}

TEST(NextPage, IsToldUnderEveryPageButTheLast) {
  EXPECT_EQ(next_page_text({{"next_cursor", "abc"}}), "there are more: --cursor abc\n");
  EXPECT_EQ(next_page_text({{"next_cursor", nullptr}}), "");
  EXPECT_EQ(next_page_text(json::object()), "");
}

TEST(TableText, ColumnsAreAsWideAsTheirWidestCellInCharacters) {
  Table table({{"name"}, {"rows", Align::right}, {"remark"}});
  table.add({"Müller", "7", ""});
  table.add({"x", "1,234", "kept"});
  EXPECT_EQ(table.text(),
            "name     rows  remark\n"
            "Müller      7\n"
            "x       1,234  kept\n");
}

TEST(TableText, WithoutHeadingsThereIsNoLineOfThem) {
  Table facts({{""}, {""}}, "  ");
  facts.add({"slug", "forn-vell"});
  facts.add({"status", "active\n"});
  EXPECT_EQ(facts.text(), "  slug    forn-vell\n  status  active\\x0a\n");
}

}  // namespace
}  // namespace tenure::cli
