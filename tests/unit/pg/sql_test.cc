#include "pg/sql.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace tenure::pg {
namespace {

static_assert(!std::is_constructible_v<Sql, std::string>);
static_assert(!std::is_convertible_v<std::string, Identifier>);

template <class T>
concept Appendable = requires(SqlBuilder& builder, T value) {
  builder << value;
};

// Text that arrives at run time cannot become SQL.
static_assert(!Appendable<std::string>);
static_assert(!Appendable<std::string_view>);
static_assert(!Appendable<const char*>);

TEST(Identifier, IsAlwaysQuoted) {
  EXPECT_EQ(Identifier("orders").quoted(), R"("orders")");
  EXPECT_EQ(Identifier("Order Items").quoted(), R"("Order Items")");
  EXPECT_EQ(Identifier("").quoted(), R"("")");
}

TEST(Identifier, QuotesInsideAreDoubled) {
  EXPECT_EQ(Identifier(R"(a"; DROP TABLE orders; --)").quoted(), R"("a""; DROP TABLE orders; --")");
  EXPECT_EQ(Identifier(R"("")").quoted(), R"("""""")");
  EXPECT_EQ(Identifier(R"(back\slash)").quoted(), R"("back\slash")");
}

TEST(SqlBuilder, PutsLiteralsNamesAndNumbersTogether) {
  SqlBuilder builder;
  builder << "SELECT count(*) FROM " << Identifier("orders") << " LIMIT " << 10 << ";"
          << " SELECT 1"_sql;
  EXPECT_EQ(builder.build().text(), R"(SELECT count(*) FROM "orders" LIMIT 10; SELECT 1)");
}

TEST(SqlBuilder, AConstantIsQuotedWhateverItHolds) {
  const auto constant = [](std::string_view value) { return SqlBuilder().constant(value).build().text(); };
  EXPECT_EQ(constant("plain"), "'plain'");
  EXPECT_EQ(constant(""), "''");
  EXPECT_EQ(constant("O'Brien'"), "'O''Brien'''");
  EXPECT_EQ(constant(R"(a\' OR 1=1)"), R"( E'a\\'' OR 1=1')");
}

TEST(SqlBuilder, IsEmptyUntilSomethingIsPutIn) {
  SqlBuilder builder;
  EXPECT_TRUE(builder.empty());
  builder << "x";
  EXPECT_FALSE(builder.empty());
}

}  // namespace
}  // namespace tenure::pg
