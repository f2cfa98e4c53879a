#include "schemas/structure/making_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Issue 5: a tenant's schema is made by one script, so what needs another thing comes behind it.
namespace tenure::schemas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(MakingOrder, WhatIsNeededComesFirstAndTheRestByNumber) {
  const auto result = order_of_making({1, 2, 3, 4}, {{1, {3}}}, {});
  EXPECT_THAT(result.order, ElementsAre(2, 3, 1, 4));
  EXPECT_THAT(result.postponed, IsEmpty());
}

TEST(MakingOrder, WishesAreMetWherePossible) {
  EXPECT_THAT(order_of_making({1, 2}, {}, {{1, {2}}}).order, ElementsAre(2, 1));
}

TEST(MakingOrder, ACycleOfWishesPostponesOne) {
  const auto result = order_of_making({1, 2, 3}, {}, {{1, {2}}, {2, {1}}});
  EXPECT_THAT(result.order, ElementsAre(3, 1, 2));
  EXPECT_THAT(result.postponed, ElementsAre(Pair(1, ElementsAre(2))));
}

TEST(MakingOrder, AWishAgainstANeedGivesWay) {
  const auto result = order_of_making({1, 2}, {{2, {1}}}, {{1, {2}}});
  EXPECT_THAT(result.order, ElementsAre(1, 2));
  EXPECT_THAT(result.postponed, ElementsAre(Pair(1, ElementsAre(2))));
}

TEST(MakingOrder, ItselfAndWhatIsElsewhereNeedNoOrder) {
  const auto result = order_of_making({1, 2}, {{1, {1, 99}}}, {{2, {2, 98}}});
  EXPECT_THAT(result.order, ElementsAre(1, 2));
  EXPECT_THAT(result.postponed, IsEmpty());
}

TEST(MakingOrder, EveryNodeComesOnceEvenInACycleOfNeeds) {
  EXPECT_THAT(order_of_making({1, 2, 3}, {{1, {2}}, {2, {1}}}, {}).order, ElementsAre(3, 1, 2));
}

}  // namespace
}  // namespace tenure::schemas
