#include <gtest/gtest.h>

#include "base/error.h"
#include "erasure/erase_tenant.h"
#include "erasure/service_calls.h"

namespace tenure::erasure {
namespace {

// B1: a person types the tenant's name.
TEST(Confirmation, IsTheTenantsName) {
  EXPECT_NO_THROW(require_confirmation("Forn Vell", "Forn Vell"));
  EXPECT_NO_THROW(require_confirmation("Forn Vell", " Forn Vell\n"));
}

TEST(Confirmation, RefusesAnythingElse) {
  for (const auto* typed : {"", "  ", "forn vell", "Forn  Vell", "yes"}) {
    try {
      require_confirmation("Forn Vell", typed);
      ADD_FAILURE() << typed;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_TRUE(std::string_view(error.what()).starts_with("confirm: "));
      EXPECT_EQ(std::string_view(error.what()).find("Forn"), std::string_view::npos);
    }
  }
}

// A tenant without a name cannot be confirmed by typing nothing.
TEST(Confirmation, AnEmptyNameIsNeverConfirmed) { EXPECT_THROW(require_confirmation("", ""), Error); }

// C13: what is left is named with its counts.
TEST(Residue, IsDescribedTableByTable) {
  store::Residue residue;
  residue.rows_left = {{"orders", 3}, {"order_items", 1}};
  residue.orphans = {{"order_items.order_id", 2}};
  EXPECT_EQ(describe(residue), "order_items: 1 row, orders: 3 rows, orphans along order_items.order_id: 2 rows");
}

}  // namespace
}  // namespace tenure::erasure
