#include "catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"

namespace tenure::catalog {
namespace {

using test::catalog_of;
using test::name_of;
using test::table;

TEST(Catalog, FindsATableByItsSchemaAndName) {
  const auto catalog = catalog_of({table("b.x"), table("a.y"), table("a.x")});
  ASSERT_NE(catalog.find({"a", "x"}), nullptr);
  EXPECT_EQ(catalog.find({"a", "x"})->name.str(), "a.x");
  EXPECT_EQ(catalog.find({"b", "y"}), nullptr);
  EXPECT_EQ(catalog.find({"", "x"}), nullptr);
}

TEST(Catalog, FindsAColumnByItsExactName) {
  const auto orders = table("orders").column("Id").build();
  EXPECT_NE(orders.find_column("Id"), nullptr);
  EXPECT_EQ(orders.find_column("id"), nullptr);
}

TEST(Catalog, AnIndexHelpsWhenItLeadsWithTheColumnsInAnyOrder) {
  const auto orders = table("orders").index({"a", "b", "c"}).build();
  EXPECT_TRUE(orders.has_index_on({"a"}));
  EXPECT_TRUE(orders.has_index_on({"b", "a"}));
  EXPECT_TRUE(orders.has_index_on({"c", "a", "b"}));
  EXPECT_FALSE(orders.has_index_on({"b"}));
  EXPECT_FALSE(orders.has_index_on({"a", "c"}));
  EXPECT_FALSE(orders.has_index_on({"a", "b", "c", "d"}));
}

TEST(Catalog, APartialOrInvalidIndexDoesNotHelp) {
  auto orders = table("orders").index({"a"}).build();
  orders.indexes[0].is_partial = true;
  EXPECT_FALSE(orders.has_index_on({"a"}));
  orders.indexes[0].is_partial = false;
  orders.indexes[0].is_valid = false;
  EXPECT_FALSE(orders.has_index_on({"a"}));
}

TEST(Catalog, EveryOnDeleteHasItsSqlName) {
  EXPECT_EQ(to_string(OnDelete::no_action), "NO ACTION");
  EXPECT_EQ(to_string(OnDelete::restrict), "RESTRICT");
  EXPECT_EQ(to_string(OnDelete::cascade), "CASCADE");
  EXPECT_EQ(to_string(OnDelete::set_null), "SET NULL");
  EXPECT_EQ(to_string(OnDelete::set_default), "SET DEFAULT");
}

TEST(Catalog, TheDigestKnowsWhatColumnsAKeyJoins) {
  const auto key = [](const test::Columns& columns, const test::Columns& parent_columns) {
    return catalog_of({table("a").key(columns, "b", parent_columns)}).digest();
  };
  EXPECT_EQ(key({"x", "y"}, {"p", "q"}), key({"x", "y"}, {"p", "q"}));
  EXPECT_NE(key({"x", "y"}, {"p", "q"}), key({"x", "y"}, {"q", "p"}));
}

}  // namespace
}  // namespace tenure::catalog
