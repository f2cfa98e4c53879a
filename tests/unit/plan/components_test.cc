#include "plan/components.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"

namespace tenure::plan {
namespace {

using catalog::TableName;
using test::name_of;
using ::testing::ElementsAre;

using Order = std::vector<std::vector<std::string>>;

/// Tables are the letters of `tables`; "ab" is an edge from the child a to the parent b.
Order order(std::string_view tables, const std::vector<std::string>& edges, std::string_view late = "") {
  std::set<TableName> names;
  for (const char table : tables) names.insert(name_of(std::string(1, table)));
  std::set<Edge> pairs;
  for (const auto& edge : edges) pairs.emplace(name_of(edge.substr(0, 1)), name_of(edge.substr(1)));
  const auto is_late = [&](const TableName& table) { return late.find(table.name) != std::string_view::npos; };
  Order result;
  for (const auto& component : order_children_first(names, pairs, is_late)) {
    result.emplace_back();
    for (const auto& table : component) result.back().push_back(table.name);
  }
  return result;
}

TEST(Components, NothingGivesNothing) { EXPECT_TRUE(order("", {}).empty()); }

TEST(Components, WithoutEdgesNamesDecide) { EXPECT_EQ(order("cab", {}), (Order{{"a"}, {"b"}, {"c"}})); }

TEST(Components, ChildrenComeBeforeParentsWhateverTheirNames) {
  EXPECT_EQ(order("abc", {"ab", "bc"}), (Order{{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(order("abc", {"cb", "ba"}), (Order{{"c"}, {"b"}, {"a"}}));
}

TEST(Components, AParentWaitsForAllOfItsChildren) {
  EXPECT_EQ(order("abcd", {"ba", "ca", "da", "db"}), (Order{{"c"}, {"d"}, {"b"}, {"a"}}));
}

TEST(Components, ASelfReferenceIsATableOfItsOwn) { EXPECT_EQ(order("ab", {"aa", "ba"}), (Order{{"b"}, {"a"}})); }

TEST(Components, ACircleIsOneComponentWithSortedNames) {
  EXPECT_EQ(order("abc", {"cb", "ba", "ac"}), (Order{{"a", "b", "c"}}));
}

TEST(Components, WhatHangsUnderACircleGoesBeforeItAndWhatItHangsUnderAfter) {
  EXPECT_EQ(order("abxyz", {"xa", "ab", "ba", "by"}), (Order{{"x"}, {"a", "b"}, {"y"}, {"z"}}));
}

TEST(Components, TwoCirclesThatAreJoinedStayTwo) {
  EXPECT_EQ(order("abcd", {"ab", "ba", "cd", "dc", "da"}), (Order{{"c", "d"}, {"a", "b"}}));
}

TEST(Components, LateTablesComeAfterAllThatMayComeBefore) {
  EXPECT_EQ(order("abc", {}, "a"), (Order{{"b"}, {"c"}, {"a"}}));
  EXPECT_EQ(order("abc", {}, "ab"), (Order{{"c"}, {"a"}, {"b"}}));
}

TEST(Components, ALateTableStillComesBeforeItsParents) {
  EXPECT_EQ(order("abc", {"ab"}, "a"), (Order{{"c"}, {"a"}, {"b"}}));
}

}  // namespace
}  // namespace tenure::plan
