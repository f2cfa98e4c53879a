#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/members.h"
#include "tenancy/tenants.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"

namespace tenure::tenancy {

using test::error_of;

/// A database with schema tenancy, and what most tests of it begin with.
class TenancyTest : public ::testing::Test {
 protected:
  TenancyTest() {
    auto session = db_.connect();
    install_schema(session);
  }

  Tenant tenant(const std::string& name = "Forn Vell") { return tenant_of(UserId::random(), name); }
  Tenant tenant_of(const UserId& owner, const std::string& name = "Forn Vell") {
    return tenants_.create({.name = name, .owner = owner}, call_);
  }
  UserId add_member(const TenantId& tenant, Role role) {
    const auto user = UserId::random();
    members_.add(tenant, user, role, call_);
    return user;
  }

  /// Every row of every table of the schema, whichever there are.
  std::string all_rows() const {
    return db_.value(
        "select string_agg(query_to_xml(format('select * from tenancy.%I as r order by r::text', tablename), true, "
        "false, '')::text, '' order by tablename) from pg_tables where schemaname = 'tenancy'");
  }
  std::string count(const std::string& table) const { return db_.value("select count(*) from tenancy." + table); }

  /// `action` fails so, naming `field`, and no row of any table has changed.
  template <class Action>
  void expect_refused(ErrorCode code, const std::string& field, const Action& action) const {
    const auto before = all_rows();
    const auto error = error_of(action);
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), ::testing::HasSubstr(field + ": "));
    EXPECT_EQ(all_rows(), before) << field;
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 8};
  Tenants tenants_{pool_};
  Members members_{pool_};
  const Call call_ = Call::within(Milliseconds(60000));
};

}  // namespace tenure::tenancy
